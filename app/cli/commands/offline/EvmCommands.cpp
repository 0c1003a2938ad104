#include "app/cli/commands/offline/EvmCommands.h"

#include "app/cli/input/Decoding.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Utf8.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/chain/evm/transaction/EvmTransactionJson.h"
#include "core/chain/evm/typeddata/TypedData.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView hexOption("hex");

struct EvmCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(EvmCommandsText)
};

/// No wallet signs such bytes as text: whoever means bytes says so.
Result<Bytes> bytesOfText(std::string_view input)
{
    if (!isWellFormedUtf8(input)) {
        return failure(
            ErrorCode::InvalidInput,
            EvmCommandsText::tr("The message is not text in UTF-8. Give its bytes in hex, with --hex."));
    }
    return toBytes(asBytes(input));
}

CommandSpec commandOf(const char* words, const QString& summary, const QString& details, const char* input)
{
    return {.words = QString::fromLatin1(words),
            .summary = summary,
            .details = details,
            .options = {batchOption()},
            .positionals = {inputPosition(input)},
            .run = {}};
}

}  // namespace

void EvmCommands::addTo(CommandTable& table)
{
    CommandSpec message = commandOf(
        "evm hash-message", EvmCommandsText::tr("Hashes a message as EVM wallets sign it (EIP-191)."),
        EvmCommandsText::tr(
            "Prints {\"prefixed\", \"digest\"}. The length in the prefix counts bytes. Text is UTF-8, a\n"
            "byte-order mark at its beginning included; other bytes are given with --hex. A text that\n"
            "begins with - stands behind --."),
        "TEXT");
    message.options.insert(message.options.begin(),
                           {.name = hexOption,
                            .valueName = {},
                            .description = EvmCommandsText::tr("the message is given as hex")});
    message.run = hashMessage;
    table.add(message);

    CommandSpec typedData = commandOf(
        "evm hash-typed-data", EvmCommandsText::tr("Hashes typed data (EIP-712, eth_signTypedData_v4)."),
        EvmCommandsText::tr(
            "The input is JSON: {types, primaryType, domain, message}. Prints {\"primaryType\",\n"
            "\"domainHash\", \"structHash\", \"digest\"}; digest is what is signed."),
        "JSON");
    typedData.run = hashTypedData;
    table.add(typedData);

    CommandSpec transaction = commandOf(
        "evm decode-transaction",
        EvmCommandsText::tr("Decodes a transaction of types 0 to 4, signed or not."),
        EvmCommandsText::tr(
            "Prints its fields, the hash that is signed and, where it is signed, the sender and the\n"
            "transaction's hash. Quantities are decimal, in wei."),
        "HEX");
    transaction.run = decodeTransaction;
    table.add(transaction);
}

void EvmCommands::hashMessage(Invocation& invocation)
{
    const bool isHex = invocation.arguments().has(hexOption);
    runDecoding(invocation, InputEnd::DropNewline, [&](std::string_view input) -> Result<ExitStatus> {
        ASSIGN_OR_RETURN(const auto message, isHex ? fromHex(input) : bytesOfText(input));
        invocation.terminal().print({{"prefixed", toHexPrefixed(eip191Prefixed(message))},
                                     {"digest", toHexPrefixed(eip191Digest(message))}});
        return ExitStatus::Done;
    });
}

void EvmCommands::hashTypedData(Invocation& invocation)
{
    runDecoding(invocation, InputEnd::DropNewline, [&](std::string_view input) -> Result<ExitStatus> {
        ASSIGN_OR_RETURN(const auto hash, hashTypedDataText(input));
        invocation.terminal().print({{"primaryType", hash.primaryType},
                                     {"domainHash", toHexPrefixed(hash.domainHash)},
                                     {"structHash", toHexPrefixed(hash.structHash)},
                                     {"digest", toHexPrefixed(hash.digest)}});
        return ExitStatus::Done;
    });
}

void EvmCommands::decodeTransaction(Invocation& invocation)
{
    runDecoding(invocation, InputEnd::DropNewline, [&](std::string_view input) -> Result<ExitStatus> {
        const auto json =
            fromHex(input)
                .and_then([](const Bytes& bytes) { return countersign::decodeTransaction(bytes); })
                .and_then([](const EvmTransaction& transaction) { return toJson(transaction); });
        if (!json) {
            return failure(json.error());
        }
        invocation.terminal().print(*json);
        return ExitStatus::Done;
    });
}

}  // namespace countersign::cli
