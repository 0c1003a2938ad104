#include "app/cli/commands/offline/SolanaCommands.h"

#include "app/cli/input/Decoding.h"
#include "core/chain/solana/transaction/SolanaTransactionJson.h"
#include "core/chain/solana/transaction/SolanaTransactionText.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct SolanaCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaCommandsText)
};

}  // namespace

void SolanaCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("solana decode-transaction"),
         .summary = SolanaCommandsText::tr("Decodes a legacy, version 0 or version 1 transaction."),
         .details = SolanaCommandsText::tr(
             "Takes base64, or hex with or without 0x; a message without its signatures too. Prints its\n"
             "signers and instructions; of those that cannot be read, the data in base64 and why."),
         .options = {batchOption()},
         .positionals = {inputPosition("TRANSACTION")},
         .run = decodeTransaction});
}

void SolanaCommands::decodeTransaction(Invocation& invocation)
{
    runDecoding(invocation, InputEnd::DropNewline, [&](std::string_view input) -> Result<ExitStatus> {
        ASSIGN_OR_RETURN(const auto transaction, solana::parseTransactionText(input));
        invocation.terminal().print(toJson(transaction));
        return ExitStatus::Done;
    });
}

}  // namespace countersign::cli
