#pragma once

#include "core/base/Result.h"
#include "services/http/HttpLimits.h"
#include "services/http/ListenAddress.h"
#include "services/http/TlsContext.h"
#include "services/relay/RelayToken.h"

#include <QStringList>

#include <chrono>
#include <optional>
#include <string>

namespace countersign {

/// Why this class exists: what the operator asked for, checked and typed, so that the commands need not look
/// at strings.
struct RelayOptions
{
    enum class Command { Serve, InboxCreate, InboxList, TokenCreate, TokenList, TokenRevoke, Help, Version };

    Command command = Command::Help;
    std::string database;
    std::string name;   ///< inbox create: its name; token revoke: the token's id
    std::string inbox;  ///< token create
    TokenRole role = TokenRole::Consumer;
    QString webhookSecretFile;            ///< inbox create; empty: none, "-": standard input
    ListenAddress listen;                 ///< serve
    std::optional<TlsFiles> tls;          ///< serve
    bool behindProxy = false;             ///< serve
    unsigned threads = 2;                 ///< serve
    HttpLimits limits;                    ///< serve
    std::size_t maxPendingJobs = 1000;    ///< serve: of one inbox
    std::chrono::seconds claimLease{60};  ///< serve
    int maxJobChanges = 20;               ///< serve: per token and second
    QString helpText;                     ///< Help

    /// arguments without the program's name. InvalidInput for whatever is not understood: exit status 2.
    static Result<RelayOptions> parse(const QStringList& arguments);
};

}  // namespace countersign
