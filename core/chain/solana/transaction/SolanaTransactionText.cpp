#include "core/chain/solana/transaction/SolanaTransactionText.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

namespace countersign::solana {

namespace {

struct SolanaTransactionTextText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaTransactionTextText)
};

}  // namespace

Result<SolanaTransaction> parseTransactionText(std::string_view text)
{
    const auto hex = fromHex(text);
    const auto base64 = fromBase64(text);
    if (!hex && !base64) {
        return failure(ErrorCode::InvalidInput,
                       SolanaTransactionTextText::tr("This is neither base64 nor hex."));
    }
    auto fromHexText = hex.and_then(parseTransactionOrMessage);
    auto fromBase64Text = base64.and_then(parseTransactionOrMessage);
    if (fromHexText && fromBase64Text) {
        return failure(ErrorCode::InvalidInput,
                       SolanaTransactionTextText::tr(
                           "This is a transaction both in hex and in base64. Put 0x in front of hex."));
    }
    // Of what is neither, the reason in hex, where it is that: who writes base64 seldom hits hex digits
    // alone.
    return fromHexText || (hex && !fromBase64Text) ? std::move(fromHexText) : std::move(fromBase64Text);
}

}  // namespace countersign::solana
