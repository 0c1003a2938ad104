#include "core/chain/solana/spl/SplTransfer.h"

#include "core/chain/solana/message/LegacyMessage.h"
#include "core/crypto/primitives/Ed25519.h"

#include <QCoreApplication>

namespace countersign::solana {

namespace {

constexpr std::uint8_t createIdempotent = 1;  ///< AssociatedTokenAccountInstruction
constexpr std::uint8_t transferChecked = 12;  ///< TokenInstruction, the same in both programs
constexpr SolanaAddress systemProgramKey{};

struct SplTransferText
{
    Q_DECLARE_TR_FUNCTIONS(SplTransferText)
};

tl::unexpected<Error> refused(const char* sentence)
{
    return failure(ErrorCode::InvalidInput, SplTransferText::tr(sentence));
}

SolanaCall creation(const SplTransfer& transfer, const SolanaAddress& account)
{
    return {associatedTokenProgram(),
            {{transfer.wallet, true, true},
             {account, false, true},
             {transfer.recipient, false, false},
             {transfer.mint, false, false},
             {systemProgramKey, false, false},
             {addressOf(transfer.program), false, false}},
            {createIdempotent}};
}

SolanaCall movement(const SplTransfer& transfer, const SolanaAddress& from, const SolanaAddress& to)
{
    Bytes data = {transferChecked};
    for (unsigned byte = 0; byte < sizeof transfer.amount; ++byte) {
        data.push_back(static_cast<std::uint8_t>(transfer.amount >> (8U * byte)));
    }
    data.push_back(transfer.decimals);
    return {addressOf(transfer.program),
            {{from, false, true},
             {transfer.mint, false, false},
             {to, false, true},
             {transfer.wallet, true, false}},
            std::move(data)};
}

}  // namespace

Status checkSplRecipient(const SolanaAddress& wallet, const SolanaAddress& mint,
                         const SolanaAddress& recipient)
{
    if (recipient == wallet) {
        return refused(QT_TRANSLATE_NOOP("SplTransferText", "This is the wallet itself."));
    }
    if (recipient == mint) {
        return refused(QT_TRANSLATE_NOOP(
            "SplTransferText",
            "This is the token's own mint; what is sent there is lost. Enter a wallet's address."));
    }
    if (splProgramAt(recipient) || recipient == associatedTokenProgram()) {
        return refused(
            QT_TRANSLATE_NOOP("SplTransferText", "This is a program; what is sent there is lost."));
    }
    if (!ed25519::isOnCurve(recipient)) {
        return refused(
            QT_TRANSLATE_NOOP("SplTransferText",
                              "This address has no key: it is a token account already, or belongs to a "
                              "program. Enter the address "
                              "of the wallet that owns it; its token account is found from that."));
    }
    if (!ed25519::isValidPublicKey(recipient)) {
        return refused(QT_TRANSLATE_NOOP("SplTransferText",
                                         "No wallet can have this address; what is sent there is lost."));
    }
    return {};
}

Result<SolanaMessage> splTransferMessage(const SplTransfer& transfer)
{
    if (const Status checked = checkSplRecipient(transfer.wallet, transfer.mint, transfer.recipient);
        !checked) {
        return failure(checked.error());
    }
    if (transfer.amount == 0) {
        return refused(QT_TRANSLATE_NOOP("SplTransferText", "The amount is zero."));
    }
    ASSIGN_OR_RETURN(const auto from,
                     associatedTokenAccount(transfer.wallet, transfer.program, transfer.mint));
    ASSIGN_OR_RETURN(const auto to,
                     associatedTokenAccount(transfer.recipient, transfer.program, transfer.mint));
    std::vector<SolanaCall> calls;
    if (transfer.createsAccount) {
        calls.push_back(creation(transfer, to));
    }
    calls.push_back(movement(transfer, from, to));
    return legacyMessage(transfer.wallet, calls);
}

}  // namespace countersign::solana
