# countersign_library(NAME base SOURCES … LINK …)   a layer as a static library, alias countersign::NAME
# countersign_program(NAME countersign-cli SOURCES … LINK …)
# countersign_test(NAME tst_Vault SOURCES Vault_test.cpp LINK … [LABELS unit])
# countersign_fuzz(NAME fuzz_envelope SOURCES … LINK …)

# Several .cpp files are compiled as one unit: the headers they share are read once. Names in anonymous namespaces are
# therefore unique in a folder. The preset "single" compiles file by file, which keeps the includes honest. A unit is
# small enough that a change of one file is rebuilt in seconds.
set(COUNTERSIGN_UNIT_FILES 16 CACHE STRING "How many .cpp files one unit of a library holds")
set(COUNTERSIGN_TEST_UNIT_FILES 8 CACHE STRING "How many .cpp files one unit of a program of tests holds")

function(countersign_unity target files)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${COUNTERSIGN_UNITY} UNITY_BUILD_BATCH_SIZE ${files})
endfunction()

# One precompiled header per layer, made once by a target that holds nothing else: the compiler checks that the flags
# of its users agree. INCLUDE takes only the headers of a library, not its definitions, which not all users have.
function(countersign_precompiled_layer layer)
    cmake_parse_arguments(ARG "" "" "LINK;INCLUDE;DEFINE" ${ARGN})
    if(NOT COUNTERSIGN_PCH)
        return()
    endif()
    set(source "${CMAKE_BINARY_DIR}/precompiled/${layer}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "")
    add_library(countersign_precompiled_${layer} OBJECT "${source}")
    target_link_libraries(countersign_precompiled_${layer} PRIVATE countersign_flags ${ARG_LINK})
    target_compile_definitions(countersign_precompiled_${layer} PRIVATE ${ARG_DEFINE})
    foreach(library IN LISTS ARG_INCLUDE)
        target_include_directories(countersign_precompiled_${layer} SYSTEM PRIVATE
            "$<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>")
    endforeach()
    target_precompile_headers(countersign_precompiled_${layer} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/precompiled/${layer}.h")
    set_target_properties(countersign_precompiled_${layer} PROPERTIES AUTOMOC OFF UNITY_BUILD OFF)
    if(layer MATCHES "^tests")
        set_target_properties(countersign_precompiled_${layer} PROPERTIES COUNTERSIGN_IS_TEST ON)
    endif()
endfunction()

# Which Qt has no target for moc, or another system than ours, runs it as CMake does.
function(countersign_moc target)
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
    get_target_property(COUNTERSIGN_MOC Qt6::moc IMPORTED_LOCATION)
    if(NOT COUNTERSIGN_MOC)
        get_target_property(COUNTERSIGN_MOC Qt6::moc IMPORTED_LOCATION_NONE)
    endif()
    if(UNIX AND COUNTERSIGN_MOC)
        configure_file("${CMAKE_SOURCE_DIR}/cmake/moc.sh.in" "${CMAKE_BINARY_DIR}/moc.sh" @ONLY
            FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
        set_target_properties(${target} PROPERTIES AUTOMOC_EXECUTABLE "${CMAKE_BINARY_DIR}/moc.sh")
    endif()
endfunction()

# A target whose layer is one of tests is compiled without optimisation (cmake/Toolchain.cmake).
function(countersign_precompile target layer)
    if(COUNTERSIGN_FUZZ)
        set(layer core)  # the fuzzers' compiler has no use for the services' coroutines
    endif()
    if(layer MATCHES "^tests")
        set_target_properties(${target} PROPERTIES COUNTERSIGN_IS_TEST ON)
    endif()
    if(COUNTERSIGN_PCH)
        target_precompile_headers(${target} REUSE_FROM countersign_precompiled_${layer})
    endif()
endfunction()

# MOC: it has classes with Q_OBJECT. The others are spared a unit that is empty but for the precompiled header.
function(countersign_library)
    cmake_parse_arguments(ARG "MOC" "NAME;LAYER" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
    add_library(countersign_${ARG_NAME} STATIC ${ARG_SOURCES})
    add_library(countersign::${ARG_NAME} ALIAS countersign_${ARG_NAME})
    target_link_libraries(countersign_${ARG_NAME} PUBLIC ${ARG_LINK} PRIVATE countersign_flags ${ARG_LINK_PRIVATE})
    target_include_directories(countersign_${ARG_NAME} PUBLIC "${CMAKE_SOURCE_DIR}")
    if(NOT ARG_LAYER)
        set(ARG_LAYER core)
    endif()
    if(ARG_MOC)
        countersign_moc(countersign_${ARG_NAME})
    else()
        set_target_properties(countersign_${ARG_NAME} PROPERTIES AUTOMOC OFF)
    endif()
    countersign_unity(countersign_${ARG_NAME} ${COUNTERSIGN_UNIT_FILES})
    countersign_precompile(countersign_${ARG_NAME} ${ARG_LAYER})
endfunction()

function(countersign_program)
    cmake_parse_arguments(ARG "" "NAME;LAYER" "SOURCES;LINK" ${ARGN})
    add_executable(${ARG_NAME} ${ARG_SOURCES})
    target_link_libraries(${ARG_NAME} PRIVATE countersign_flags ${ARG_LINK})
    if(NOT ARG_LAYER)
        set(ARG_LAYER core)
    endif()
    set_target_properties(${ARG_NAME} PROPERTIES AUTOMOC OFF)
    countersign_unity(${ARG_NAME} ${COUNTERSIGN_UNIT_FILES})
    countersign_precompile(${ARG_NAME} ${ARG_LAYER})
endfunction()

# What every test runs with. A sanitizer makes a program several times slower: it gets several times as long.
# COUNTERSIGN_CALL_LOG: what consoles asked of their Dynamic; tests/integration/calls judges it when all have ended.
set(COUNTERSIGN_CALL_LOG "${CMAKE_BINARY_DIR}/Testing/calls.log")
set(COUNTERSIGN_TEST_ENVIRONMENT "QT_QPA_PLATFORM=offscreen" "COUNTERSIGN_CALL_LOG=${COUNTERSIGN_CALL_LOG}")
set(COUNTERSIGN_TIMEOUT_FACTOR 1)
if(COUNTERSIGN_SANITIZE)
    set(COUNTERSIGN_TIMEOUT_FACTOR 5)
    set(folder "${CMAKE_SOURCE_DIR}/tests/sanitizers")
    # Off, also where the compiler has it on: the run-time library does not align the frames that it makes for this
    # (llvm-project pull request 152819), and libsodium's hash states need 64 bytes.
    # Clang's run-time library asks another program for the names in its reports, by which suppressions go, too.
    find_program(COUNTERSIGN_SYMBOLIZER NAMES llvm-symbolizer-19 llvm-symbolizer)
    if(COUNTERSIGN_SYMBOLIZER AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        set(symbolizer ":external_symbolizer_path=${COUNTERSIGN_SYMBOLIZER}")
    endif()
    list(APPEND COUNTERSIGN_TEST_ENVIRONMENT
        "ASAN_OPTIONS=detect_stack_use_after_return=0:strict_init_order=1${symbolizer}"
        "LSAN_OPTIONS=suppressions=${folder}/lsan.supp:print_suppressions=0"
        "UBSAN_OPTIONS=print_stacktrace=1${symbolizer}"
        "TSAN_OPTIONS=suppressions=${folder}/tsan.supp:second_deadlock_stack=1:history_size=4:print_suppressions=0${symbolizer}")
endif()

# The classes of tests of one folder are one program, which runs the class that it is told (tests/support/TestProgram.h).
# ctest keeps a line for each. countersign_test collects; countersign_test_program, called when a folder was read, makes.
function(countersign_test)
    cmake_parse_arguments(ARG "SERIAL;WITHOUT_CALLS" "NAME;TIMEOUT" "SOURCES;LINK;LABELS;COMMAND;ENVIRONMENT" ${ARGN})
    file(RELATIVE_PATH program "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
    string(REPLACE "/" "_" program "${program}")
    if(NOT TARGET ${program})
        add_executable(${program})
        target_link_libraries(${program} PRIVATE countersign_flags countersign_test_program countersign::base
            countersign_test_paths Qt6::Network Qt6::Test)
        set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
        countersign_moc(${program})
        countersign_unity(${program} ${COUNTERSIGN_TEST_UNIT_FILES})
        countersign_precompile(${program} ${COUNTERSIGN_TEST_LAYER})
    endif()
    target_sources(${program} PRIVATE ${ARG_SOURCES})
    target_link_libraries(${program} PRIVATE ${ARG_LINK})
    # A class is called as its file is: Vault_test.cpp holds VaultTest.
    list(GET ARG_SOURCES 0 source)
    cmake_path(GET source STEM class)
    string(REGEX REPLACE "_test$" "" class "${class}")
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_COMMAND} $<TARGET_FILE:${program}> ${class})
    if(ARG_TIMEOUT)
        # The long ones are started first, so that none is left to run alone at the end.
        set_tests_properties(${ARG_NAME} PROPERTIES COST ${ARG_TIMEOUT})
    else()
        set(ARG_TIMEOUT 120)
    endif()
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * ${COUNTERSIGN_TIMEOUT_FACTOR}")
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
        RUN_SERIAL "${ARG_SERIAL}" ENVIRONMENT "${COUNTERSIGN_TEST_ENVIRONMENT};${ARG_ENVIRONMENT}")
    if(NOT ARG_WITHOUT_CALLS)
        set_tests_properties(${ARG_NAME} PROPERTIES FIXTURES_REQUIRED calls)
    endif()
    # The name of a test is a target, too: what builds the program that runs it.
    add_custom_target(${ARG_NAME} DEPENDS ${program})
endfunction()

# countersign_tests(CLASSES keys/Address envelopes/Dsse LINK …): a class of tests each, in Address_test.cpp of the folder keys.
function(countersign_tests)
    cmake_parse_arguments(ARG "" "PREFIX" "CLASSES;SOURCES;LINK;LABELS" ${ARGN})
    foreach(path IN LISTS ARG_CLASSES)
        cmake_path(GET path FILENAME class)
        countersign_test(NAME tst_${ARG_PREFIX}${class} SOURCES ${path}_test.cpp ${ARG_SOURCES}
            LINK ${ARG_LINK} LABELS ${ARG_LABELS})
    endforeach()
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
        set_tests_properties(${ARG_NAME} PROPERTIES LABELS fuzz TIMEOUT 900 SKIP_RETURN_CODE 77
            PROCESSORS 2)
    endif()
endfunction()
