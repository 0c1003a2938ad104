# Read before project(): which compiler is taken where nobody names one (CMAKE_CXX_COMPILER, or CXX in the environment).
# Clang 19, which is what ./run and ./test install: it builds everything in half of GCC 12's time, since it reads of a
# precompiled header only what a unit uses. GCC builds everything, too: the preset "single" compiles with it, a
# part of the files with each commit (tools/check-includes.sh).
if(NOT CMAKE_CXX_COMPILER AND NOT DEFINED ENV{CXX})
    find_program(COUNTERSIGN_CLANG NAMES clang++-19)
    if(COUNTERSIGN_CLANG)
        set(CMAKE_CXX_COMPILER "${COUNTERSIGN_CLANG}")
    endif()
endif()
