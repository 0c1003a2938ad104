#include "app/cli/CommandTable.h"
#include "app/cli/commands/delegations/EmergencyCommands.h"
#include "app/cli/commands/delegations/EventCommands.h"
#include "app/cli/commands/delegations/HealthCommand.h"
#include "app/cli/commands/delegations/QuarantineCommands.h"
#include "app/cli/commands/delegations/RevocationCommands.h"
#include "app/cli/commands/delegations/RevocationProofCommands.h"
#include "app/cli/commands/delegations/SyncCommand.h"
#include "app/cli/commands/delegations/WalletCommands.h"
#include "app/cli/commands/inspection/DynamicCheckCommand.h"
#include "app/cli/commands/inspection/ReconcileCommand.h"
#include "app/cli/commands/inspection/VerifyCommand.h"
#include "app/cli/commands/jobs/DecisionCommands.h"
#include "app/cli/commands/jobs/FreezeCommands.h"
#include "app/cli/commands/jobs/JobCommands.h"
#include "app/cli/commands/jobs/OperatorCommands.h"
#include "app/cli/commands/jobs/PolicyCommands.h"
#include "app/cli/commands/jobs/StatementCommands.h"
#include "app/cli/commands/jobs/SubmitterCommands.h"
#include "app/cli/commands/offline/EnvelopeCommands.h"
#include "app/cli/commands/offline/EvmCommands.h"
#include "app/cli/commands/offline/ExplainCommands.h"
#include "app/cli/commands/offline/SolanaCommands.h"
#include "app/cli/commands/offline/WebhookCommands.h"
#include "app/cli/commands/profile/AddressCommands.h"
#include "app/cli/commands/profile/AuditCommands.h"
#include "app/cli/commands/profile/DoctorCommand.h"
#include "app/cli/commands/profile/InitCommand.h"
#include "app/cli/commands/profile/KeyCommands.h"
#include "app/cli/commands/profile/SecretCommands.h"
#include "app/cli/commands/profile/SettingsCommands.h"
#include "core/base/SecretBytes.h"
#include "core/base/process/ProcessHardening.h"
#include "core/base/text/CommandWords.h"
#include "core/vault/database/BackgroundWork.h"

#include <QCoreApplication>
#include <QTimer>

#include <unistd.h>

using namespace countersign;
using namespace countersign::cli;

namespace {

int exitCode(ExitStatus status, const Terminal& terminal)
{
    // What could not be written was not done.
    return static_cast<int>(status == ExitStatus::Done && !terminal.isIntact() ? ExitStatus::Failed : status);
}

}  // namespace

int main(int argc, char* argv[])
{
    disableCoreDumps();
    ignoreFileSizeSignal();
    initialiseSodium();
    const std::vector<std::string> words = commandWords(argc, argv);
    QCoreApplication app(argc, argv);
    BackgroundEnd end;
    QCoreApplication::setApplicationName(QStringLiteral("countersign-cli"));
    QCoreApplication::setApplicationVersion(QStringLiteral(COUNTERSIGN_VERSION));

    CommandTable commands;
    InitCommand::addTo(commands);
    KeyCommands::addTo(commands);
    SyncCommand::addTo(commands);
    WalletCommands::addTo(commands);
    AddressCommands::addTo(commands);
    EventCommands::addTo(commands);
    QuarantineCommands::addTo(commands);
    JobCommands::addTo(commands);
    DecisionCommands::addTo(commands);
    PolicyCommands::addTo(commands);
    StatementCommands::addTo(commands);
    OperatorCommands::addTo(commands);
    SubmitterCommands::addTo(commands);
    RevocationCommands::addTo(commands);
    RevocationProofCommands::addTo(commands);
    HealthCommand::addTo(commands);
    VerifyCommand::addTo(commands);
    DynamicCheckCommand::addTo(commands);
    ReconcileCommand::addTo(commands);
    EmergencyCommands::addTo(commands);
    FreezeCommands::addTo(commands);
    AuditCommands::addTo(commands);
    SecretCommands::addTo(commands);
    SettingsCommands::addTo(commands);
    DoctorCommand::addTo(commands);
    WebhookCommands::addTo(commands);
    EnvelopeCommands::addTo(commands);
    EvmCommands::addTo(commands);
    ExplainCommands::addTo(commands);
    SolanaCommands::addTo(commands);

    Terminal terminal(STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
    CommandTable::Selection selection = commands.select(words);
    if (!selection.help.isEmpty()) {
        terminal.write(asBytes(selection.help.toStdString()));
        return exitCode(ExitStatus::Done, terminal);
    }
    if (selection.command == nullptr) {
        terminal.message(selection.mistake);
        return exitCode(ExitStatus::Usage, terminal);
    }
    Invocation invocation(std::move(selection.arguments), terminal,
                          [&](ExitStatus status) { QCoreApplication::exit(exitCode(status, terminal)); });
    // Commands start inside the event loop, so that each may finish at once or later.
    QTimer::singleShot(0, &app, [&] { selection.command->run(invocation); });
    end.status = QCoreApplication::exec();
    return end.status;
}
