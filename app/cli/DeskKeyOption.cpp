#include "app/cli/DeskKeyOption.h"

#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

struct DeskKeyOptionText
{
    Q_DECLARE_TR_FUNCTIONS(DeskKeyOptionText)
};

}  // namespace

OptionSpec deskKeySpec(bool required)
{
    return {.name = deskKeyOption,
            .valueName = QStringLiteral("HEX"),
            .description = DeskKeyOptionText::tr("32 bytes: the desk's Ed25519 key"),
            .required = required};
}

Result<ed25519::PublicKey> deskKeyOf(const Arguments& arguments)
{
    // Any 32 bytes: a key that was mistyped is nobody's, and the answer is that nothing was signed with it.
    ed25519::PublicKey key{};
    const auto bytes = fromHex(arguments.value(deskKeyOption).toStdString());
    if (!bytes || bytes->size() != key.size()) {
        return failure(ErrorCode::InvalidInput, DeskKeyOptionText::tr("--desk-key is 32 bytes in hex."));
    }
    std::ranges::copy(*bytes, key.begin());
    return key;
}

}  // namespace countersign::cli
