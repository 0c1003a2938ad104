#include "app/cli/commands/offline/ExplainCommands.h"

#include "app/cli/input/InputFile.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/chain/solana/transaction/SolanaTransactionText.h"
#include "core/meaning/ExplanationJson.h"
#include "core/meaning/descriptors/Descriptors.h"
#include "core/meaning/descriptors/files/DataProvider.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/solana/SolanaExplanation.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView transactionOption("transaction");
constexpr QLatin1StringView typedDataOption("typed-data");
constexpr QLatin1StringView messageOption("message");
constexpr QLatin1StringView chainIdOption("chain");
constexpr QLatin1StringView fromOption("from");
constexpr QLatin1StringView domainOption("domain");
constexpr QLatin1StringView descriptorsFolderOption("descriptors");
constexpr QLatin1StringView dataProviderOption("data-provider");
constexpr std::size_t mostInputBytes = 1024 * 1024;

struct ExplainCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(ExplainCommandsText)
};

OptionSpec wordOption(QLatin1StringView name, const char* valueName, const QString& description)
{
    return {.name = name, .valueName = QString::fromLatin1(valueName), .description = description};
}

OptionSpec fileOption(QLatin1StringView name, const char* valueName, const QString& description)
{
    return {.name = name,
            .valueName = QString::fromLatin1(valueName),
            .description = description,
            .kind = WordKind::Raw};
}

OptionSpec askingDomainOption()
{
    return wordOption(domainOption, "DOMAIN", ExplainCommandsText::tr("who asks for a sign-in"));
}

/// How many of these were given: exactly one input has to be.
int countOf(const Arguments& arguments, std::initializer_list<QLatin1StringView> options)
{
    return static_cast<int>(
        std::ranges::count_if(options, [&](QLatin1StringView option) { return arguments.has(option); }));
}

/// Everything that explanations draw on here; descriptors live as long as this.
struct LoadedKnowledge
{
    meaning::KnownLists lists = meaning::KnownLists::builtin();
    std::unique_ptr<meaning::Descriptors> descriptors;

    meaning::Knowledge knowledge() const { return {lists, descriptors.get()}; }
};

Result<LoadedKnowledge> loadKnowledge(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    LoadedKnowledge loaded;
    if (arguments.has(descriptorsFolderOption)) {
        ASSIGN_OR_RETURN(
            loaded.descriptors,
            meaning::Descriptors::open(std::filesystem::path(arguments.bytes(descriptorsFolderOption))));
    }
    if (arguments.has(dataProviderOption)) {
        ASSIGN_OR_RETURN(const auto text, readInputFile(arguments.bytes(dataProviderOption), mostInputBytes,
                                                        invocation.terminal()));
        RETURN_IF_ERROR(meaning::addDataProvider(loaded.lists, asText(text)));
    }
    return loaded;
}

Result<meaning::EvmContext> evmContext(const Arguments& arguments)
{
    meaning::EvmContext context;
    if (arguments.has(chainIdOption)) {
        ASSIGN_OR_RETURN(context.chain, parseQuantity(arguments.value(chainIdOption).toStdString()));
    }
    if (arguments.has(fromOption)) {
        ASSIGN_OR_RETURN(context.from,
                         parseEvmAddress(arguments.value(fromOption).toStdString(), context.chain));
    }
    context.domain = arguments.value(domainOption).toStdString();
    return context;
}

Result<meaning::Explanation> evmExplanation(Invocation& invocation, const meaning::Knowledge& knowledge)
{
    const Arguments& arguments = invocation.arguments();
    ASSIGN_OR_RETURN(const auto context, evmContext(arguments));
    if (arguments.has(transactionOption)) {
        ASSIGN_OR_RETURN(const auto bytes, fromHex(arguments.value(transactionOption).toStdString()));
        ASSIGN_OR_RETURN(const auto transaction, decodeTransaction(bytes));
        return meaning::explainTransaction(transaction, context, knowledge);
    }
    const QLatin1StringView given = arguments.has(typedDataOption) ? typedDataOption : messageOption;
    ASSIGN_OR_RETURN(const auto input,
                     readInputFile(arguments.bytes(given), mostInputBytes, invocation.terminal()));
    if (input.size() > mostInputBytes) {
        return failure(
            ErrorCode::InvalidInput,
            ExplainCommandsText::tr("The input is longer than %1 KiB.").arg(mostInputBytes / 1024));
    }
    if (given == messageOption) {
        return meaning::explainMessage(input, context, knowledge);
    }
    ASSIGN_OR_RETURN(const auto typedData, parseTypedDataJson(asText(input)));
    return meaning::explainTypedData(typedData, context, knowledge);
}

Result<meaning::Explanation> solanaExplanation(Invocation& invocation, const meaning::Knowledge& knowledge)
{
    const Arguments& arguments = invocation.arguments();
    meaning::SolanaContext context;
    context.domain = arguments.value(domainOption).toStdString();
    if (arguments.has(fromOption)) {
        ASSIGN_OR_RETURN(context.wallet, parseSolanaAddress(arguments.value(fromOption).toStdString()));
    }
    if (arguments.has(transactionOption)) {
        ASSIGN_OR_RETURN(const auto transaction,
                         solana::parseTransactionText(arguments.value(transactionOption).toStdString()));
        return meaning::explainTransaction(transaction, context, knowledge);
    }
    ASSIGN_OR_RETURN(const auto input,
                     readInputFile(arguments.bytes(messageOption), mostInputBytes, invocation.terminal()));
    return meaning::explainMessage(input, context, knowledge);
}

void finishWith(Invocation& invocation, const Result<meaning::Explanation>& explanation)
{
    if (!explanation) {
        return invocation.fail(explanation.error());
    }
    invocation.finish(meaning::toJson(*explanation));
}

}  // namespace

void ExplainCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("evm explain"),
         .summary = ExplainCommandsText::tr("Says what a transaction, typed data or a message means."),
         .details = ExplainCommandsText::tr(
             "From the bytes and the lists of this program alone: no network, no profile. Prints "
             "{\"intent\",\n"
             "\"understood\", \"fields\", \"effects\", \"findings\", \"sources\", \"bytes\", "
             "\"explanation\"}; intent is\n"
             "absent where it is not understood, and explanation is the same on every desk with the same\n"
             "lists. - as a file is standard input."),
         .options = {wordOption(transactionOption, "HEX",
                                ExplainCommandsText::tr("a transaction of types 0 to 4, signed or not")),
                     fileOption(typedDataOption, "FILE",
                                ExplainCommandsText::tr("typed data (EIP-712) as JSON")),
                     fileOption(messageOption, "FILE",
                                ExplainCommandsText::tr("a message (EIP-191), every byte")),
                     wordOption(chainIdOption, "ID",
                                ExplainCommandsText::tr("the chain that is meant; another one is a finding")),
                     wordOption(fromOption, "ADDRESS",
                                ExplainCommandsText::tr("who signs, where the bytes do not say")),
                     askingDomainOption(),
                     fileOption(descriptorsFolderOption, "DIR",
                                ExplainCommandsText::tr("a folder of ERC-7730 descriptors")),
                     fileOption(dataProviderOption, "FILE",
                                ExplainCommandsText::tr("tokens and names of a descriptor's test"))},
         .positionals = {},
         .run = explainEvm});
    table.add({.words = QStringLiteral("solana explain"),
               .summary = ExplainCommandsText::tr("Says what a Solana transaction or message means."),
               .details = ExplainCommandsText::tr("As \"evm explain\"; legacy, version 0 and version 1."),
               .options = {wordOption(transactionOption, "BASE64|HEX",
                                      ExplainCommandsText::tr("a transaction, or its message alone")),
                           fileOption(messageOption, "FILE",
                                      ExplainCommandsText::tr("an off-chain message, every byte")),
                           wordOption(fromOption, "ADDRESS",
                                      ExplainCommandsText::tr("the wallet, where it is not the fee payer")),
                           askingDomainOption()},
               .positionals = {},
               .run = explainSolana});
}

void ExplainCommands::explainEvm(Invocation& invocation)
{
    if (countOf(invocation.arguments(), {transactionOption, typedDataOption, messageOption}) != 1) {
        return invocation.usage(
            ExplainCommandsText::tr("Give one of --transaction, --typed-data and --message."));
    }
    const auto loaded = loadKnowledge(invocation);
    if (!loaded) {
        return invocation.fail(loaded.error());
    }
    finishWith(invocation, evmExplanation(invocation, loaded->knowledge()));
}

void ExplainCommands::explainSolana(Invocation& invocation)
{
    if (countOf(invocation.arguments(), {transactionOption, messageOption}) != 1) {
        return invocation.usage(ExplainCommandsText::tr("Give one of --transaction and --message."));
    }
    finishWith(invocation, solanaExplanation(invocation, {}));
}

}  // namespace countersign::cli
