# Every library comes from the distribution; ./run and ./test install the packages (see tools/packages.sh).
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Concurrent WebSockets Widgets Svg DBus Test)
find_package(Qt6Keychain REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(PkgConfig REQUIRED)
# ML-KEM needs 1.0.22: where the system's is older, tools/libsodium.sh has built one beside it.
execute_process(COMMAND "${CMAKE_SOURCE_DIR}/tools/libsodium.sh" --where
    OUTPUT_VARIABLE COUNTERSIGN_SODIUM_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(COUNTERSIGN_SODIUM_PREFIX)
    if(NOT EXISTS "${COUNTERSIGN_SODIUM_PREFIX}/complete")
        message(FATAL_ERROR "libsodium 1.0.22 or newer is missing: run tools/libsodium.sh, which builds it.")
    endif()
    set(ENV{PKG_CONFIG_PATH} "${COUNTERSIGN_SODIUM_PREFIX}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.22)
pkg_check_modules(SECP256K1 REQUIRED IMPORTED_TARGET libsecp256k1)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
# 14 brought the pipeline mode.
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq>=14)
# 7.87 brought what lets a call be dropped while its host's name is looked up.
pkg_check_modules(LIBCURL REQUIRED IMPORTED_TARGET libcurl>=7.87)
find_package(Threads REQUIRED)

# Qt tells every test its folders as definitions, for QFINDTESTDATA, which nobody here uses: the paths would keep
# compiler caches from serving two checkouts.
set_property(TARGET Qt6::Test PROPERTY INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
