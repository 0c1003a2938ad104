#include "core/signing/job/Job.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace countersign {

namespace {

struct JobStateText
{
    Q_DECLARE_TR_FUNCTIONS(JobStateText)
};

constexpr std::array kinds{
    std::pair{JobKind::EvmMessage, "evm.message"},
    std::pair{JobKind::EvmTypedData, "evm.typedData"},
    std::pair{JobKind::EvmTransaction, "evm.transaction"},
    std::pair{JobKind::SolanaMessage, "solana.message"},
    std::pair{JobKind::SolanaTransaction, "solana.transaction"},
};

constexpr std::array stateTexts{
    std::pair{JobState::Pending, "pending"},     std::pair{JobState::Approved, "approved"},
    std::pair{JobState::Signing, "signing"},     std::pair{JobState::Signed, "signed"},
    std::pair{JobState::Broadcast, "broadcast"}, std::pair{JobState::Confirmed, "confirmed"},
    std::pair{JobState::Rejected, "rejected"},   std::pair{JobState::Expired, "expired"},
    std::pair{JobState::Failed, "failed"},       std::pair{JobState::Withdrawn, "withdrawn"},
    std::pair{JobState::Blocked, "blocked"},     std::pair{JobState::Interrupted, "interrupted"},
};

constexpr std::array origins{
    std::pair{JobOrigin::Console, "console"},
    std::pair{JobOrigin::File, "file"},
    std::pair{JobOrigin::Relay, "relay"},
};

template <typename Table, typename Value>
std::string_view nameOf(const Table& table, Value value)
{
    const auto entry = std::find_if(table.begin(), table.end(),
                                    [&](const auto& candidate) { return candidate.first == value; });
    return entry == table.end() ? std::string_view() : entry->second;
}

template <typename Table>
auto valueOf(const Table& table, std::string_view name)
    -> std::optional<typename Table::value_type::first_type>
{
    const auto entry = std::find_if(table.begin(), table.end(),
                                    [&](const auto& candidate) { return candidate.second == name; });
    return entry == table.end() ? std::nullopt : std::optional(entry->first);
}

}  // namespace

std::string_view toText(JobKind kind)
{
    return nameOf(kinds, kind);
}

std::string_view toText(JobState state)
{
    return nameOf(stateTexts, state);
}

std::string_view toText(JobOrigin origin)
{
    return nameOf(origins, origin);
}

std::optional<JobKind> jobKindFrom(std::string_view text)
{
    return valueOf(kinds, text);
}

std::optional<JobState> jobStateFrom(std::string_view text)
{
    return valueOf(stateTexts, text);
}

std::optional<JobOrigin> jobOriginFrom(std::string_view text)
{
    return valueOf(origins, text);
}

bool isEvm(JobKind kind)
{
    return kind == JobKind::EvmMessage || kind == JobKind::EvmTypedData || kind == JobKind::EvmTransaction;
}

bool isTransaction(JobKind kind)
{
    return kind == JobKind::EvmTransaction || kind == JobKind::SolanaTransaction;
}

bool isRunning(JobState state, bool broadcast)
{
    return state == JobState::Approved || state == JobState::Signing || state == JobState::Broadcast ||
           (state == JobState::Signed && broadcast);
}

bool isDone(JobState state, bool broadcast)
{
    return state != JobState::Pending && state != JobState::Interrupted && !isRunning(state, broadcast);
}

QString stateName(JobState state)
{
    switch (state) {
        case JobState::Pending:
            return JobStateText::tr("waiting");
        case JobState::Approved:
            return JobStateText::tr("approved");
        case JobState::Signing:
            return JobStateText::tr("being signed");
        case JobState::Signed:
            return JobStateText::tr("signed");
        case JobState::Broadcast:
            return JobStateText::tr("sent");
        case JobState::Confirmed:
            return JobStateText::tr("confirmed");
        case JobState::Rejected:
            return JobStateText::tr("rejected");
        case JobState::Expired:
            return JobStateText::tr("expired");
        case JobState::Failed:
            return JobStateText::tr("failed");
        case JobState::Withdrawn:
            return JobStateText::tr("withdrawn");
        case JobState::Blocked:
            return JobStateText::tr("blocked");
        case JobState::Interrupted:
            return JobStateText::tr("interrupted");
    }
    return {};
}

}  // namespace countersign
