#pragma once

#include "core/vault/database/Database.h"

#include <map>
#include <optional>
#include <string>

namespace countersign {

/// A profile's settings that are no secrets (relay URL, inbox, environment, API base, nodes), as a key-value
/// table. They lie in the profile's database, so that a profile is one folder and a test can make one. These
/// are the bare rows, as whoever can write the file left them: for showing them. What is used, and every
/// change, goes through TrustedSettings.
class Settings
{
public:
    explicit Settings(Database& database) : m_database(database) {}

    Result<std::optional<std::string>> get(std::string_view key) const;
    Status set(std::string_view key, std::string_view value);
    Status remove(std::string_view key);
    Result<std::map<std::string, std::string>> all() const;

private:
    Database& m_database;
};

/// Keys used by more than one layer.
namespace settingKeys {
inline constexpr std::string_view environment = "environment";  ///< Dynamic's environment id (UUID)
inline constexpr std::string_view relayUrl = "relay.url";
inline constexpr std::string_view relayInbox = "relay.inbox";
inline constexpr std::string_view apiBase = "api.base";
inline constexpr std::string_view dynamicWebhook = "dynamic.webhook";  ///< a webhook's id (UUID)
inline constexpr std::string_view verifySchedule = "verify.schedule";  ///< hours; 0: off
inline constexpr std::string_view acceptOldSignatureHeader =
    "webhook.acceptOldHeader";                                               ///< "true" or "false"
inline constexpr std::string_view engine = "engine";                         ///< "sdk" or "enclave"
inline constexpr std::string_view enclaveUrl = "enclave.url";                ///< wss, or ws to loopback
inline constexpr std::string_view enclaveRoot = "enclave.root";              ///< PEM of the pinned root
inline constexpr std::string_view enclavePcr8 = "enclave.pcr8";              ///< 48 bytes in hex
inline constexpr std::string_view enclaveTimeout = "enclave.timeout";        ///< seconds, of one request
inline constexpr std::string_view mpcRelayDomain = "relay.domain";           ///< the MPC relay: host[:port]
inline constexpr std::string_view rpcEvmPrefix = "rpc.evm.";                 ///< + chain id in decimal: URL
inline constexpr std::string_view rpcSolana = "rpc.solana";                  ///< URL
inline constexpr std::string_view rpcConfirmations = "rpc.confirmations";    ///< blocks, 1 to 1000
inline constexpr std::string_view explorerEvm = "explorer.evm";              ///< with {address}
inline constexpr std::string_view explorerSolana = "explorer.solana";        ///< with {address}
inline constexpr std::string_view descriptorsFolder = "descriptors.folder";  ///< absolute path
}  // namespace settingKeys

}  // namespace countersign
