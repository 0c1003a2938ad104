# cpack -G DEB in the build's folder: four Debian packages. What they need of libraries is found in the programs
# (dpkg-shlibdeps).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME countersign)
set(CPACK_PACKAGE_VENDOR "Countersign")
set(CPACK_PACKAGE_CONTACT "Countersign maintainers <maintainers@countersign.invalid>")
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL console cli relay sandbox)
set(CPACK_COMPONENTS_GROUPING IGNORE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# lintian wants 0755 whatever the umask of whoever packs.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_CONSOLE_PACKAGE_NAME countersign)
set(CPACK_COMPONENT_CONSOLE_DESCRIPTION "console for delegated wallets
Receives wallets that were delegated through Dynamic, shows what would be
signed and by whose leave, signs what was approved, and ends delegations.")
# Its sentences name commands of the command line, and the signing helper comes with that.
set(CPACK_DEBIAN_CONSOLE_PACKAGE_DEPENDS "countersign-cli (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_RECOMMENDS gnome-keyring)

set(CPACK_DEBIAN_CLI_PACKAGE_NAME countersign-cli)
set(CPACK_COMPONENT_CLI_DESCRIPTION "command line for delegated wallets
Everything that the console does with a profile of Countersign, for terminals
and scripts.")
# The engine sdk runs Dynamic's library in Node.js; the other one needs nothing.
set(CPACK_DEBIAN_CLI_PACKAGE_SUGGESTS "nodejs (>= 20)")

set(CPACK_DEBIAN_RELAY_PACKAGE_NAME countersign-relay)
set(CPACK_COMPONENT_RELAY_DESCRIPTION "durable mailbox for webhooks and signing jobs
Keeps what Dynamic posts, and what back ends ask for, until desks fetch it. It
can read no key share and sign nothing.")
set(CPACK_DEBIAN_RELAY_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_RELAY_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RELAY_PACKAGE_CONTROL_EXTRA
    "${CMAKE_CURRENT_SOURCE_DIR}/relay/postinst;${CMAKE_CURRENT_SOURCE_DIR}/relay/prerm;${CMAKE_CURRENT_SOURCE_DIR}/relay/postrm")
set(CPACK_DEBIAN_RELAY_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_SANDBOX_PACKAGE_NAME countersign-sandbox)
set(CPACK_COMPONENT_SANDBOX_DESCRIPTION "stand-in for Dynamic, for trying Countersign
Simulates users, wallets, delegations, webhooks and the signing enclave on
this machine alone. Nothing that it makes has any worth.")

include(CPack)
