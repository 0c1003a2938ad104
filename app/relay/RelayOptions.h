#pragma once

#include "core/base/Result.h"
#include "services/http/message/ClientAddress.h"
#include "services/http/server/HttpLimits.h"
#include "services/http/server/ListenAddress.h"
#include "services/http/server/TlsContext.h"
#include "services/relay/store/RelayToken.h"

#include <QString>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace countersign::relay {

/// The relay's command line, parsed: what the operator asked for, checked and typed, so that the commands
/// need not look at strings.
struct RelayOptions
{
    enum class Command {
        Serve,
        InboxCreate,
        InboxList,
        InboxSecret,
        InboxTrim,
        TokenCreate,
        TokenList,
        TokenRevoke,
        Help,
        Version
    };

    Command command = Command::Help;
    std::string database;
    std::string name;       ///< inbox create, secret, trim: its name; token revoke: the token's id
    std::int64_t upTo = 0;  ///< inbox trim: the last entry to go
    std::string inbox;      ///< token create
    TokenRole role = TokenRole::Consumer;
    std::string webhookSecretFile;        ///< inbox create, secret; empty: none, "-": stdin
    http::ListenAddress listen;           ///< serve
    std::optional<http::TlsFiles> tls;    ///< serve
    http::ProxyTrust proxies;             ///< serve
    bool namesNoProxy = false;            ///< serve: --behind-proxy stood alone: this machine's
    unsigned threads = 2;                 ///< serve
    http::HttpLimits limits;              ///< serve
    std::size_t maxPendingJobs = 1000;    ///< serve: of one token
    std::chrono::seconds claimLease{60};  ///< serve
    int maxJobChanges = 20;               ///< serve: per token and second
    bool create = false;                  ///< serve: makes the database
    int postRate = 50;                    ///< serve: unsigned deliveries per client and second; 0: no limit
    std::chrono::hours keep{90 * 24};     ///< serve: 0: for ever
    std::int64_t inboxQuota = 0;          ///< serve: bytes
    std::int64_t strangersQuota = 0;      ///< serve: bytes
    std::int64_t tokenQuota = 0;          ///< serve: bytes
    QString helpText;                     ///< Help

    /// words: the command line without the program's name, as it is; names of files keep their bytes, what
    /// else is no UTF-8 is refused. InvalidInput for whatever is not understood: exit status 2.
    static Result<RelayOptions> parse(const std::vector<std::string>& words);
};

}  // namespace countersign::relay
