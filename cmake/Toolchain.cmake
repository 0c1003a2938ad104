# Warnings, hardening, sanitizers, the fast linker and ccache: everything that is about the compiler
# and not about a target.

# Off unless asked for: it hashes the precompiled header, some 65 MB, for every unit, which costs a cold build more
# than a warm one saves.
option(COUNTERSIGN_CCACHE "Compile through ccache" OFF)
find_program(CCACHE_PROGRAM ccache)
if(COUNTERSIGN_CCACHE AND CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env
        "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
        "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
        "CCACHE_NOHASHDIR=1"
        "${CCACHE_PROGRAM}")
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT COUNTERSIGN_SANITIZE)
    add_link_options(-fuse-ld=mold)
endif()

add_library(countersign_flags INTERFACE)
target_compile_options(countersign_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough
    -Wextra-semi -Wundef $<$<BOOL:${COUNTERSIGN_WERROR}>:-Werror>
    -Wno-missing-field-initializers  # designated initialisers name what differs from the default
    -fstack-protector-strong)
target_compile_definitions(countersign_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH QT_NO_KEYWORDS
    QT_DISABLE_DEPRECATED_BEFORE=0x060400
    COUNTERSIGN_VERSION="${PROJECT_VERSION}"
    JSON_USE_IMPLICIT_CONVERSIONS=0  # a value is asked for by its type; and overloads are found in a fifth less time
    SQLITE_ENABLE_COLUMN_METADATA  # SQLiteCpp's users have it: then one precompiled header serves all
    $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
target_include_directories(countersign_flags INTERFACE "${CMAKE_SOURCE_DIR}")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 sees dangling pointers, overlapping copies and the wrong delete inside std::string, std::optional and
    # coroutines that are not there.
    target_compile_options(countersign_flags INTERFACE
        -Wno-mismatched-new-delete
        $<$<BOOL:${COUNTERSIGN_UNITY}>:-Wno-subobject-linkage>  # a .cpp of a unit is taken for a header
        -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Boost 1.74 looks for the coroutines that Clang had before C++20.
    target_compile_definitions(countersign_flags INTERFACE BOOST_ASIO_HAS_CO_AWAIT)
endif()

if(COUNTERSIGN_SANITIZE)
    add_compile_options(-fsanitize=${COUNTERSIGN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
    add_link_options(-fsanitize=${COUNTERSIGN_SANITIZE})
else()
    # Tests are not optimised: they run a moment each, and Clang takes half of its time to optimise them. Without
    # optimisation there is nothing to fortify.
    set(test "$<BOOL:$<TARGET_PROPERTY:COUNTERSIGN_IS_TEST>>")
    target_compile_options(countersign_flags INTERFACE
        "$<$<AND:$<CONFIG:Release>,$<NOT:${test}>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>"
        "$<$<AND:$<CONFIG:Release>,${test}>:-U_FORTIFY_SOURCE;-O0>")
    add_link_options(-Wl,-z,relro,-z,now)
endif()

if(COUNTERSIGN_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences are not understood by ThreadSanitizer; the compiler says so at each of them.
    add_compile_options(-Wno-tsan)
endif()

if(COUNTERSIGN_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()
