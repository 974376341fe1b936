#include "tests/unit/observe/story.h"
