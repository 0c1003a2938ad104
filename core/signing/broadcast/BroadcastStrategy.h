#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/signing/broadcast/BroadcastProgress.h"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace countersign {

/// What came of sending a transaction's bytes to a node, or of one look at what its chain made of them.
struct BroadcastOutcome
{
    /// A node has the transaction.
    struct Sent
    {};
    /// The node was not there, or did not take bytes that may be on their way all the same.
    struct NotTaken
    {
        Error error;
    };
    /// The node refuses the bytes, and nothing says that any other has them.
    struct Refused
    {
        Error error;
    };
    /// The node did not answer a question.
    struct Unreachable
    {
        Error error;
    };
    /// The chain has not decided.
    struct StillPending
    {};
    /// The nodes do not have it (any more), and it can still be executed: the same bytes once more.
    struct Forgotten
    {};
    /// Executed, and deep enough in the chain.
    struct Confirmed
    {
        std::string note;  ///< where
    };
    /// Executed without effect, or it can never be executed any more.
    struct Failed
    {
        Error error;
    };
    using Verdict =
        std::variant<Sent, NotTaken, Refused, Unreachable, StillPending, Forgotten, Confirmed, Failed>;

    Verdict verdict;
    std::optional<BroadcastProgress> progress;  ///< how far it has come, where that was learnt
};

/// What a chain's nodes are asked, in which order, to bring a signed transaction into the chain and to find
/// out what became of it. Waits for nothing but a node's answers, remembers nothing between two questions and
/// knows neither rows nor pauses: those are JobBroadcast's.
class BroadcastStrategy
{
public:
    using Answered = std::function<void(const BroadcastOutcome&)>;

    BroadcastStrategy() = default;
    virtual ~BroadcastStrategy() = default;
    BroadcastStrategy(const BroadcastStrategy&) = delete;
    BroadcastStrategy& operator=(const BroadcastStrategy&) = delete;

    /// Once, before anything else. An error: the bytes are no transaction, or no node is configured.
    virtual Status connect() = 0;
    /// Sends the bytes, and where the node refuses them asks whether the chain has them already. since: when
    /// the transaction came to where it is (signed, or taken by a node).
    ///
    /// One question at a time; answered exactly once, not before this has returned, and not at all when the
    /// strategy is destroyed before. The next question may be asked from the answer.
    virtual void send(UnixMillis since, Answered answered) = 0;
    /// Looks once at what became of it, under the same rules. Never Sent, NotTaken or Refused.
    virtual void look(UnixMillis since, Answered answered) = 0;
};

}  // namespace countersign
