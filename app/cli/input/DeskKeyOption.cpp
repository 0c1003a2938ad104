#include "app/cli/input/DeskKeyOption.h"

#include "core/signing/intake/Submitters.h"

#include <QCoreApplication>

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
    const auto key = publicKeyBytes(arguments.value(deskKeyOption).toStdString());
    if (!key) {
        return failure(ErrorCode::InvalidInput, DeskKeyOptionText::tr("--desk-key is 32 bytes in hex."));
    }
    return *key;
}

}  // namespace countersign::cli
