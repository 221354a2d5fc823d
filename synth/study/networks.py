"""networks.py - MACs of one image through one training step of the networks whose traces are shipped. Twin: sw/trainer/net/trn_net.c"""


def resnet20():
    """(name, MACs of fprop, has bprop) of each layer."""
    width, side, macs = 16, 32, [("conv0", 3 * 9 * 16 * 32 * 32, False)]
    channels = width
    for stage in range(3):
        wide = width << stage
        for block in range(3):
            first = stage > 0 and block == 0
            side = side // 2 if first else side
            macs += [("conv1", channels * 9 * wide * side * side, True), ("conv2", wide * 9 * wide * side * side, True)]
            if first:
                macs.append(("project", channels * wide * side * side, True))
            channels = wide
    return macs + [("fc", channels * 10, True)]


def alexnet():
    """The same."""
    w = 32
    return [("conv1", 3 * 25 * w * 1024, False), ("conv2", w * 9 * 2 * w * 256, True), ("conv3", 2 * w * 9 * 3 * w * 64, True),
            ("conv4", 3 * w * 9 * 2 * w * 64, True), ("conv5", 2 * w * 9 * 2 * w * 64, True), ("fc6", 2 * w * 16 * 4 * w, True),
            ("fc7", 4 * w * 4 * w, True), ("fc8", 4 * w * 10, True)]


def step_macs(layers):
    """{pass: MACs}; a first layer has no bprop."""
    forward = sum(m for _, m, _ in layers)
    return {"fprop": forward, "bprop": sum(m for _, m, b in layers if b), "update": forward}


NETWORKS = {"resnet": resnet20, "alexnet": alexnet}
