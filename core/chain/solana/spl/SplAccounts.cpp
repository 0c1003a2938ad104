#include "core/chain/solana/spl/SplAccounts.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>
#include <type_traits>

namespace countersign::solana {

namespace {

constexpr std::size_t multisigBytes = 355;          ///< never a mint or an account with extensions
constexpr std::size_t immutableOwnerBytes = 1 + 4;  ///< the account's type, and an empty extension

enum class AccountType : std::uint8_t { Mint = 1, Account = 2 };

enum class Extension : std::uint16_t {
    None = 0,  ///< and nothing behind it
    TransferFeeConfig = 1,
    MintCloseAuthority = 3,
    ConfidentialTransferMint = 4,
    DefaultAccountState = 6,
    ImmutableOwner = 7,
    MemoTransfer = 8,
    NonTransferable = 9,
    InterestBearingConfig = 10,
    CpiGuard = 11,
    PermanentDelegate = 12,
    TransferHook = 14,
    ConfidentialTransferFeeConfig = 16,
    MetadataPointer = 18,
    TokenMetadata = 19,
    GroupPointer = 20,
    TokenGroup = 21,
    GroupMemberPointer = 22,
    TokenGroupMember = 23,
    ConfidentialMintBurn = 24,
    ScaledUiAmount = 25,
    Pausable = 26,
};

enum class AccountState : std::uint8_t { Initialized = 1, Frozen = 2 };

template <typename Enum>
constexpr auto number(Enum value)
{
    return static_cast<std::underlying_type_t<Enum>>(value);
}

struct SplAccountsText
{
    Q_DECLARE_TR_FUNCTIONS(SplAccountsText)
};

tl::unexpected<Error> noMint(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   SplAccountsText::tr("There is no token at this address. Enter the address of its mint."),
                   QLatin1String(detail));
}

tl::unexpected<Error> noTokenAccount(const char* detail)
{
    return failure(ErrorCode::InvalidInput, SplAccountsText::tr("What should be a token account is none."),
                   QLatin1String(detail));
}

/// data must be long enough: lengths are checked before.
template <typename T>
T littleEndian(BytesView data, std::size_t offset)
{
    T value = 0;
    for (std::size_t i = sizeof(T); i > 0; --i) {
        value = static_cast<T>((value << 8U) | data[offset + i - 1]);
    }
    return value;
}

SolanaAddress addressAt(BytesView data, std::size_t offset)
{
    SolanaAddress address{};
    std::ranges::copy(data.subspan(offset, address.size()), address.begin());
    return address;
}

/// COption: a tag of four bytes, 0 or 1.
bool isOption(BytesView data, std::size_t offset)
{
    return littleEndian<std::uint32_t>(data, offset) <= 1;
}

/// A token account has the same length whether or not it is one of Token-2022, and a mint with extensions is
/// padded to it.
std::optional<AccountType> typeOf(SplProgram program, BytesView data)
{
    if (data.size() == mintBytes) {
        return AccountType::Mint;
    }
    if (data.size() == tokenAccountBytes) {
        return AccountType::Account;
    }
    if (program == SplProgram::Token || data.size() < tokenAccountBytes || data.size() == multisigBytes) {
        return std::nullopt;
    }
    switch (data[tokenAccountBytes]) {
        case number(AccountType::Mint):
            return AccountType::Mint;
        case number(AccountType::Account):
            return AccountType::Account;
        default:
            return std::nullopt;
    }
}

/// Calls take with every extension and its value; false when the list is malformed.
Result<bool> forEachExtension(BytesView data, const std::function<Status(Extension, BytesView)>& take)
{
    BytesView rest = data.size() > tokenAccountBytes ? data.subspan(tokenAccountBytes + 1) : BytesView();
    while (rest.size() >= sizeof(std::uint16_t)) {
        const auto type = static_cast<Extension>(littleEndian<std::uint16_t>(rest, 0));
        if (type == Extension::None) {
            break;
        }
        if (rest.size() < 2 * sizeof(std::uint16_t)) {
            return false;
        }
        const std::size_t length = littleEndian<std::uint16_t>(rest, sizeof(std::uint16_t));
        rest = rest.subspan(2 * sizeof(std::uint16_t));
        if (rest.size() < length) {
            return false;
        }
        RETURN_IF_ERROR(take(type, rest.first(length)));
        rest = rest.subspan(length);
    }
    return true;
}

/// What the extension does to a transfer, as the end of a sentence; nothing for one that is not known.
const char* effectOf(Extension type)
{
    switch (type) {
        case Extension::TransferFeeConfig:
        case Extension::ConfidentialTransferFeeConfig:
            return QT_TRANSLATE_NOOP("SplAccountsText", "its issuer may keep a fee of every transfer");
        case Extension::ConfidentialTransferMint:
        case Extension::ConfidentialMintBurn:
            return QT_TRANSLATE_NOOP("SplAccountsText", "its amounts can be confidential");
        case Extension::NonTransferable:
            return QT_TRANSLATE_NOOP("SplAccountsText", "it cannot be transferred at all");
        case Extension::InterestBearingConfig:
        case Extension::ScaledUiAmount:
            return QT_TRANSLATE_NOOP("SplAccountsText", "wallets show another amount of it than is sent");
        case Extension::TransferHook:
            return QT_TRANSLATE_NOOP("SplAccountsText", "every transfer may run another program");
        case Extension::Pausable:
            return QT_TRANSLATE_NOOP("SplAccountsText", "its issuer can stop all transfers");
        default:
            return nullptr;
    }
}

tl::unexpected<Error> unsupported(Extension type)
{
    const QString name = QString::number(number(type));
    QString sentence =
        SplAccountsText::tr(
            "This token has a Token-2022 extension that is not known here (%1). Its transfers are not "
            "composed here; bring one as a raw transaction.")
            .arg(name);
    if (const char* effect = effectOf(type)) {
        sentence = SplAccountsText::tr(
                       "This token is not plain: %1. Its transfers are not composed here; bring one as a raw "
                       "transaction.")
                       .arg(SplAccountsText::tr(effect));
    }
    return failure(ErrorCode::Unsupported, sentence, QStringLiteral("Token-2022 extension ") + name);
}

Status takeMintExtension(SplMint& mint, Extension type, BytesView value)
{
    switch (type) {
        case Extension::MintCloseAuthority:
        case Extension::MetadataPointer:
        case Extension::TokenMetadata:
        case Extension::GroupPointer:
        case Extension::TokenGroup:
        case Extension::GroupMemberPointer:
        case Extension::TokenGroupMember:
            return {};
        case Extension::PermanentDelegate:
            if (value.size() != SolanaAddress{}.size()) {
                return noMint("a permanent delegate of another length");
            }
            mint.hasPermanentDelegate = addressAt(value, 0) != SolanaAddress{};
            return {};
        case Extension::DefaultAccountState:
            if (value.size() != 1) {
                return noMint("a default state of another length");
            }
            mint.newAccountsAreFrozen = value.front() != number(AccountState::Initialized);
            return {};
        default:
            return unsupported(type);
    }
}

Status takeAccountExtension(SplTokenAccount& account, Extension type, BytesView value)
{
    switch (type) {
        case Extension::ImmutableOwner:
        case Extension::CpiGuard:
            return {};
        case Extension::MemoTransfer:
            if (value.size() != 1) {
                return noTokenAccount("a memo rule of another length");
            }
            account.requiresMemo = value.front() != 0;
            return {};
        default:
            return failure(ErrorCode::Unsupported,
                           SplAccountsText::tr(
                               "A token account has a Token-2022 extension that may keep a transfer from "
                               "arriving. Bring the transfer as a raw transaction."),
                           QStringLiteral("Token-2022 extension %1").arg(number(type)));
    }
}

Status checkMintBase(SplProgram program, BytesView data)
{
    constexpr std::size_t initialized = 45;
    constexpr std::size_t freezeAuthority = 46;
    const auto type = typeOf(program, data);
    if (type == AccountType::Account) {
        return failure(
            ErrorCode::InvalidInput,
            SplAccountsText::tr(
                "This is somebody's token account, not the token. Enter the address of its mint."));
    }
    if (!type) {
        return noMint("neither a mint's nor an account's length or type");
    }
    if (data.size() > mintBytes &&
        !std::ranges::all_of(data.subspan(mintBytes, tokenAccountBytes - mintBytes),
                             [](std::uint8_t byte) { return byte == 0; })) {
        return noMint("the padding is not zero");
    }
    if (!isOption(data, 0) || !isOption(data, freezeAuthority)) {
        return noMint("an option is neither there nor not");
    }
    return data[initialized] == 1 ? Status() : noMint("not initialised");
}

}  // namespace

std::size_t newTokenAccountBytes(SplProgram program)
{
    return program == SplProgram::Token ? tokenAccountBytes : tokenAccountBytes + immutableOwnerBytes;
}

Result<SplMint> readMint(const SolanaAddress& owner, BytesView data)
{
    constexpr std::size_t supply = 36;
    constexpr std::size_t decimals = 44;
    const auto program = splProgramAt(owner);
    if (!program) {
        return noMint("not an account of a token program");
    }
    RETURN_IF_ERROR(checkMintBase(*program, data));
    SplMint mint;
    mint.program = *program;
    mint.decimals = data[decimals];
    mint.supply = littleEndian<std::uint64_t>(data, supply);
    ASSIGN_OR_RETURN(const auto extensions, forEachExtension(data, [&mint](Extension type, BytesView value) {
                         return takeMintExtension(mint, type, value);
                     }));
    return extensions ? Result<SplMint>(mint) : noMint("the extensions are cut off");
}

Result<SplTokenAccount> readTokenAccount(SplProgram program, BytesView data)
{
    constexpr std::size_t owner = 32;
    constexpr std::size_t amount = 64;
    constexpr std::size_t delegate = 72;
    constexpr std::size_t state = 108;
    constexpr std::size_t isNative = 109;
    constexpr std::size_t closeAuthority = 129;
    if (typeOf(program, data) != AccountType::Account) {
        return noTokenAccount("not an account's length or type");
    }
    if (!isOption(data, delegate) || !isOption(data, isNative) || !isOption(data, closeAuthority)) {
        return noTokenAccount("an option is neither there nor not");
    }
    if (data[state] != number(AccountState::Initialized) && data[state] != number(AccountState::Frozen)) {
        return noTokenAccount("not initialised");
    }
    SplTokenAccount account;
    account.mint = addressAt(data, 0);
    account.owner = addressAt(data, owner);
    account.amount = littleEndian<std::uint64_t>(data, amount);
    account.isFrozen = data[state] == number(AccountState::Frozen);
    ASSIGN_OR_RETURN(const auto extensions,
                     forEachExtension(data, [&account](Extension type, BytesView value) {
                         return takeAccountExtension(account, type, value);
                     }));
    return extensions ? Result<SplTokenAccount>(account) : noTokenAccount("the extensions are cut off");
}

}  // namespace countersign::solana
