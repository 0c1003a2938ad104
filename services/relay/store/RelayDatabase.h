#pragma once

#include "core/base/Result.h"
#include "services/relay/store/RelayStore.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace countersign::relay {

inline constexpr std::string_view defaultRelayDatabase = "sqlite:countersign-relay.sqlite";

enum class OpenMode {
    CreateIfMissing,
    Existing,  ///< NotFound when there is none: a mistyped name must not look like an empty relay
};

/// Opens one connection to the store that the URL names: "sqlite:FILE" or "postgresql://…"
/// (PostgresConnectionInfo). Anything else is InvalidInput. No error quotes a PostgreSQL URL, which can hold
/// a password.
Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode);

/// The exclusive right to serve a store: one that only one relay may serve (SQLite) is that relay's until
/// this is destroyed.
class ServingRight
{
public:
    ServingRight() = default;
    virtual ~ServingRight() = default;
    ServingRight(const ServingRight&) = delete;
    ServingRight& operator=(const ServingRight&) = delete;
};

/// Before the store is opened, and for longer than it is open. Makes the file as openRelayDatabase does. Busy
/// when another relay has it; null for a store that several may serve.
Result<std::unique_ptr<ServingRight>> claimRelayDatabase(const std::string& url, OpenMode mode);

/// What other relays on the same store do. Called on a thread of the listener's.
struct NewEntryCallbacks
{
    std::function<void(InboxId)> stored;  ///< by some relay, this one too
    std::function<void()> missed;         ///< anything may have been stored in any inbox
};

/// Listens until it is destroyed; connects anew by itself.
class NewEntryListener
{
public:
    NewEntryListener() = default;
    virtual ~NewEntryListener() = default;
    NewEntryListener(const NewEntryListener&) = delete;
    NewEntryListener& operator=(const NewEntryListener&) = delete;
};

/// Null for a store that only one relay writes to (SQLite). url: as above.
Result<std::unique_ptr<NewEntryListener>> listenForEntries(const std::string& url,
                                                           NewEntryCallbacks callbacks);

}  // namespace countersign::relay
