IN_TESTS = False
def play(stand, differences): return ""
