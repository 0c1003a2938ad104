#include "app/cli/commands/inspection/ReconcileCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/RelayConnection.h"
#include "app/cli/input/Numbers.h"
#include "core/base/process/TerminationSignals.h"
#include "core/inbox/source/Synchronizer.h"
#include "core/inspection/reconciliation/Reconciliation.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/intake/DeskEntries.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <chrono>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView messagesSinceOption("since");
constexpr QLatin1StringView redeliverOption("redeliver");
constexpr QLatin1StringView arrivalWaitOption("wait");
constexpr std::int64_t longestWaitSeconds = 24 * 3600;
constexpr qint64 tellEveryMs = 2'000;

struct ReconcileCommandText
{
    Q_DECLARE_TR_FUNCTIONS(ReconcileCommandText)
};

/// The profile with its relay; lives until the command has ended.
class ReconcileRun
{
public:
    ReconcileRun(Invocation& invocation, std::shared_ptr<ProfileSession> session,
                 std::unique_ptr<RelaySource> source)
        : m_invocation(invocation),
          m_session(std::move(session)),
          m_source(std::move(source)),
          m_entries(m_session->database(), m_session->vault(), m_session->clock()),
          m_ingestor(m_session->sharedVault(), m_session->database(), m_session->clock()),
          m_synchronizer(*m_source, m_ingestor),
          m_reconciliation(
              inspectionServicesOf(m_session->sharedVault(), m_session->database(), m_session->clock()),
              m_ingestor, [this](Callback<void> done) { drain(std::move(done)); })
    {
        m_ingestor.setEntryHandler(&m_entries);
        QObject::connect(&m_synchronizer, &Synchronizer::noticed, &m_synchronizer,
                         [this](const Error& notice) { m_invocation.terminal().message(notice); });
        QObject::connect(&m_synchronizer, &Synchronizer::finished, &m_synchronizer,
                         [this](const Result<IngestReport>& total) {
                             if (const auto drained = std::exchange(m_drained, {})) {
                                 drained(total.map([](const IngestReport&) {}));
                             }
                         });
        QObject::connect(&m_termination, &TerminationSignals::received, &m_reconciliation,
                         &Reconciliation::stop);
        tellProgress();
    }

    void begin(const Reconciliation::Options& options, std::shared_ptr<ReconcileRun> self)
    {
        m_reconciliation.reconcile(
            options,
            [self = std::move(self)](const Result<ReconciliationReport>& report) { self->finish(report); });
    }

private:
    void drain(Callback<void> done)
    {
        m_drained = std::move(done);
        m_synchronizer.drain();
    }

    /// Now and then, on standard error.
    void tell(const QString& sentence)
    {
        if (!m_sinceTold.isValid() || m_sinceTold.elapsed() >= tellEveryMs) {
            m_sinceTold.start();
            m_invocation.terminal().message(sentence);
        }
    }
    void tellProgress()
    {
        QObject::connect(
            &m_reconciliation, &Reconciliation::compared, &m_reconciliation,
            [this](std::int64_t messages, std::int64_t missing) {
                tell(ReconcileCommandText::tr("%1 messages compared, %2 missing").arg(messages).arg(missing));
            });
        QObject::connect(
            &m_reconciliation, &Reconciliation::redelivered, &m_reconciliation,
            [this](std::int64_t done, std::int64_t total) {
                tell(ReconcileCommandText::tr("%1 of %2 messages redelivered").arg(done).arg(total));
            });
        QObject::connect(&m_reconciliation, &Reconciliation::arrived, &m_reconciliation,
                         [this](std::int64_t done, std::int64_t total) {
                             tell(ReconcileCommandText::tr("%1 of %2 messages arrived").arg(done).arg(total));
                         });
        QObject::connect(&m_reconciliation, &Reconciliation::paused, &m_reconciliation,
                         [this](std::chrono::milliseconds pause) {
                             tell(ReconcileCommandText::tr("Dynamic asks for patience: %1 s")
                                      .arg(std::chrono::ceil<std::chrono::seconds>(pause).count()));
                         });
    }

    void finish(const Result<ReconciliationReport>& report)
    {
        if (!report) {
            // No input was refused when a webhook or a relay is not there.
            m_invocation.terminal().message(report.error());
            return m_invocation.finish(report.error().code == ErrorCode::NotFound
                                           ? ExitStatus::Failed
                                           : exitStatusFor(report.error().code));
        }
        if (report->refusal) {
            m_invocation.terminal().message(*report->refusal);
        }
        if (report->relayFailure) {
            m_invocation.terminal().message(*report->relayFailure);
        }
        if (report->unreadable > 0) {
            m_invocation.terminal().message(
                ReconcileCommandText::tr(
                    "%1 entries of Dynamic's log could not be read. What they are about is "
                    "not known.")
                    .arg(report->unreadable));
        }
        Json missing = Json::array();
        for (const MissingMessage& message : report->missing) {
            missing.push_back(
                {{"messageId", message.messageId},
                 {"eventId", message.eventId},
                 {"eventName", message.eventName.empty() ? Json() : Json(message.eventName)},
                 {"createdAt", message.createdAt == 0 ? Json() : Json(toIso8601(message.createdAt))}});
        }
        const bool isWhole = report->stillMissing == 0 && report->unreadable == 0;
        m_invocation.finish(Json{{"webhookId", report->webhookId},
                                 {"messages", report->messages},
                                 {"arrived", report->arrived},
                                 {"missing", std::move(missing)},
                                 {"takenIn", report->takenIn},
                                 {"redelivered", report->redelivered},
                                 {"stillMissing", report->stillMissing}},
                            isWhole ? ExitStatus::Done : ExitStatus::Failed);
    }

    Invocation& m_invocation;
    std::shared_ptr<ProfileSession> m_session;
    std::unique_ptr<RelaySource> m_source;
    DeskEntries m_entries;
    Ingestor m_ingestor;
    Synchronizer m_synchronizer;
    Reconciliation m_reconciliation;
    TerminationSignals m_termination;
    QElapsedTimer m_sinceTold;
    Callback<void> m_drained;
};

}  // namespace

void ReconcileCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("reconcile"),
         .summary =
             ReconcileCommandText::tr("Compares the webhook's messages at Dynamic with what arrived here."),
         .details = ReconcileCommandText::tr(
             "Drains the relay, pages through Dynamic's log of the webhook, and lists what did not arrive.\n"
             "The webhook is the one that the deliveries name, else setting dynamic.webhook. Prints\n"
             "{\"messages\", \"arrived\", \"missing\": [{\"messageId\", \"eventId\", \"eventName\", "
             "\"createdAt\"}],\n"
             "\"takenIn\", \"redelivered\", \"stillMissing\"}; \"missing\" is the list as it was found. "
             "With\n"
             "--redeliver, what the log holds is taken in by the same verification as every delivery, and "
             "the\n"
             "rest is sent again by Dynamic. Exit status 0 when nothing is missing in the end, 1 otherwise."),
         .options = {{.name = messagesSinceOption,
                      .valueName = QStringLiteral("TIME"),
                      .description =
                          ReconcileCommandText::tr("only messages of then and later (2026-11-30T08:00:00Z)")},
                     {.name = redeliverOption,
                      .valueName = {},
                      .description = ReconcileCommandText::tr("have what is missing sent again")},
                     {.name = arrivalWaitOption,
                      .valueName = QStringLiteral("SECONDS"),
                      .description = ReconcileCommandText::tr(
                          "watch it arrive, for so long at most; else the relay is asked once")},
                     passphraseOption()},
         .positionals = {},
         .run = run});
}

void ReconcileCommand::run(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    Reconciliation::Options options;
    options.redeliver = arguments.has(redeliverOption);
    if (arguments.has(messagesSinceOption)) {
        const auto since = fromIso8601(arguments.value(messagesSinceOption).toStdString());
        if (!since) {
            return invocation.usage(
                ReconcileCommandText::tr("--since is a time such as 2026-11-30T08:00:00Z."));
        }
        options.since = *since;
    }
    if (arguments.has(arrivalWaitOption)) {
        const auto seconds = positiveOption(arguments, arrivalWaitOption, 1);
        if (!seconds || *seconds > longestWaitSeconds || !options.redeliver) {
            return invocation.usage(ReconcileCommandText::tr(
                "--wait is a number of seconds, up to a day, and goes with --redeliver."));
        }
        options.wait = std::chrono::seconds(*seconds);
    }
    ProfileSession::open(invocation, [&invocation, options](const std::shared_ptr<ProfileSession>& session) {
        auto source = makeRelaySource(*session);
        if (!source) {
            invocation.terminal().message(source.error());
            return invocation.finish(ExitStatus::Failed);
        }
        const auto run = std::make_shared<ReconcileRun>(invocation, session, *std::move(source));
        run->begin(options, run);
    });
}

}  // namespace countersign::cli
