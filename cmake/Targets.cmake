# countersign_library(NAME base SOURCES … LINK …)   a floor of the house as a static library, alias countersign::NAME
# countersign_program(NAME countersign-cli SOURCES … LINK …)
# countersign_test(NAME tst_Hex SOURCES Hex_test.cpp LINK … [LABELS unit])
# countersign_fuzz(NAME fuzz_envelope SOURCES … LINK …)

function(countersign_precompile target)
    # One precompiled header serves every floor: the compiler checks that the flags agree.
    if(NOT COUNTERSIGN_PCH)
        return()
    endif()
    if(target STREQUAL "countersign_base")
        target_precompile_headers(${target} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/Precompiled.h")
    else()
        target_precompile_headers(${target} REUSE_FROM countersign_base)
    endif()
endfunction()

function(countersign_library)
    cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
    add_library(countersign_${ARG_NAME} STATIC ${ARG_SOURCES})
    add_library(countersign::${ARG_NAME} ALIAS countersign_${ARG_NAME})
    target_link_libraries(countersign_${ARG_NAME} PUBLIC ${ARG_LINK} PRIVATE countersign_flags ${ARG_LINK_PRIVATE})
    target_include_directories(countersign_${ARG_NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
    countersign_precompile(countersign_${ARG_NAME})
endfunction()

function(countersign_program)
    cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINK" ${ARGN})
    add_executable(${ARG_NAME} ${ARG_SOURCES})
    target_link_libraries(${ARG_NAME} PRIVATE countersign_flags ${ARG_LINK})
    countersign_precompile(${ARG_NAME})
endfunction()

# What every test runs with. A sanitizer makes a program several times slower: it gets several times as long.
set(COUNTERSIGN_TEST_ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
set(COUNTERSIGN_TIMEOUT_FACTOR 1)
if(COUNTERSIGN_SANITIZE)
    set(COUNTERSIGN_TIMEOUT_FACTOR 5)
    set(folder "${CMAKE_SOURCE_DIR}/tests/sanitizers")
    # Off, also where the compiler has it on: the run-time library does not align the frames that it makes for this
    # (llvm-project pull request 152819), and libsodium's hash states need 64 bytes.
    list(APPEND COUNTERSIGN_TEST_ENVIRONMENT
        "ASAN_OPTIONS=detect_stack_use_after_return=0:strict_init_order=1"
        "LSAN_OPTIONS=suppressions=${folder}/lsan.supp:print_suppressions=0"
        "UBSAN_OPTIONS=print_stacktrace=1"
        "TSAN_OPTIONS=suppressions=${folder}/tsan.supp:second_deadlock_stack=1:history_size=4:print_suppressions=0")
endif()

function(countersign_test)
    cmake_parse_arguments(ARG "SERIAL" "NAME;TIMEOUT" "SOURCES;LINK;LABELS;COMMAND;ENVIRONMENT" ${ARGN})
    add_executable(${ARG_NAME} ${ARG_SOURCES})
    target_link_libraries(${ARG_NAME} PRIVATE countersign_flags countersign::base countersign_test_paths Qt6::Test ${ARG_LINK})
    countersign_precompile(${ARG_NAME})
    set_target_properties(${ARG_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND} $<TARGET_FILE:${ARG_NAME}>)
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * ${COUNTERSIGN_TIMEOUT_FACTOR}")
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        RUN_SERIAL "${ARG_SERIAL}" ENVIRONMENT "${COUNTERSIGN_TEST_ENVIRONMENT};${ARG_ENVIRONMENT}")
endfunction()

# Built by the preset "fuzz" (clang); every other preset registers a short run of what that preset built, so that
# one ctest summary tells of everything. Seeds lie in tests/fuzz/corpus/NAME.
function(countersign_fuzz)
    cmake_parse_arguments(ARG "" "NAME" "SOURCES;LINK" ${ARGN})
    if(COUNTERSIGN_FUZZ)
        add_executable(${ARG_NAME} ${ARG_SOURCES})
        target_link_libraries(${ARG_NAME} PRIVATE countersign_flags ${ARG_LINK})
        target_link_options(${ARG_NAME} PRIVATE -fsanitize=fuzzer)
    else()
        add_test(NAME ${ARG_NAME} COMMAND "${CMAKE_SOURCE_DIR}/tests/fuzz/run.sh" ${ARG_NAME} "${CMAKE_BINARY_DIR}/fuzz")
        set_tests_properties(${ARG_NAME} PROPERTIES LABELS fuzz TIMEOUT 900 SKIP_RETURN_CODE 77)
    endif()
endfunction()
