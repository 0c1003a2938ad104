#include "services/sandbox/state/SandboxTypes.h"

namespace countersign::sandbox {

std::string_view chainName(Chain chain)
{
    return chain == Chain::Evm ? "EVM" : "SVM";
}

std::optional<Chain> chainFromName(std::string_view name)
{
    for (const Chain chain : {Chain::Evm, Chain::Svm}) {
        if (name == chainName(chain)) {
            return chain;
        }
    }
    return std::nullopt;
}

std::string_view shareSetStatusName(ShareSetStatus status)
{
    switch (status) {
        case ShareSetStatus::Active:
            return "active";
        case ShareSetStatus::Revoked:
            return "revoked";
        case ShareSetStatus::Superseded:
            break;
    }
    return "superseded";
}

std::optional<ShareSetStatus> shareSetStatusFromName(std::string_view name)
{
    for (const auto status : {ShareSetStatus::Active, ShareSetStatus::Revoked, ShareSetStatus::Superseded}) {
        if (name == shareSetStatusName(status)) {
            return status;
        }
    }
    return std::nullopt;
}

std::string_view messageStatusName(MessageStatus status)
{
    switch (status) {
        case MessageStatus::Pending:
            return "pending";
        case MessageStatus::Delivered:
            return "delivered";
        case MessageStatus::Failed:
            break;
    }
    return "failed";
}

std::optional<MessageStatus> messageStatusFromName(std::string_view name)
{
    for (const auto status : {MessageStatus::Pending, MessageStatus::Delivered, MessageStatus::Failed}) {
        if (name == messageStatusName(status)) {
            return status;
        }
    }
    return std::nullopt;
}

}  // namespace countersign::sandbox
