#include "core/delegation/Wallet.h"

#include <algorithm>
#include <array>

namespace countersign {

namespace {

template <typename Value>
struct Name
{
    Value value;
    std::string_view text;
};

constexpr std::array statusNames = {
    Name<WalletStatus>{WalletStatus::Active, "active"},
    Name<WalletStatus>{WalletStatus::Revoked, "revoked"},
    Name<WalletStatus>{WalletStatus::Superseded, "superseded"},
    Name<WalletStatus>{WalletStatus::Unusable, "unusable"},
};

constexpr std::array healthNames = {
    Name<WalletHealth>{WalletHealth::Ok, "ok"},
    Name<WalletHealth>{WalletHealth::Unconfirmed, "unconfirmed"},
    Name<WalletHealth>{WalletHealth::Undecryptable, "undecryptable"},
    Name<WalletHealth>{WalletHealth::PasswordProtected, "password-protected"},
    Name<WalletHealth>{WalletHealth::AddressMismatch, "address-mismatch"},
    Name<WalletHealth>{WalletHealth::CredentialRefused, "credential-refused"},
    Name<WalletHealth>{WalletHealth::Revoked, "revoked"},
    Name<WalletHealth>{WalletHealth::RevokedHere, "revoked-here"},
    Name<WalletHealth>{WalletHealth::Superseded, "superseded"},
};

template <typename Table, typename Value>
std::string_view textOf(const Table& table, Value value)
{
    for (const auto& name : table) {
        if (name.value == value) {
            return name.text;
        }
    }
    return {};
}

template <typename Value, typename Table>
std::optional<Value> valueOf(const Table& table, std::string_view text)
{
    for (const auto& name : table) {
        if (name.text == text) {
            return name.value;
        }
    }
    return std::nullopt;
}

}  // namespace

std::string_view toText(WalletStatus status)
{
    return textOf(statusNames, status);
}

std::string_view toText(WalletHealth health)
{
    return textOf(healthNames, health);
}

std::string chainFrom(std::string_view name)
{
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (upper == "SOL" || upper == "SOLANA") {
        return "SVM";
    }
    return upper == "ETH" || upper == "ETHEREUM" ? "EVM" : upper;
}

std::optional<WalletStatus> walletStatusFrom(std::string_view text)
{
    return valueOf<WalletStatus>(statusNames, text);
}

std::optional<WalletHealth> walletHealthFrom(std::string_view text)
{
    return valueOf<WalletHealth>(healthNames, text);
}

}  // namespace countersign
