#include "app/cli/commands/delegations/HealthCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/Numbers.h"
#include "core/base/process/OutputFile.h"
#include "core/health/report/HealthReport.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView healthFormatOption("format");
constexpr QLatin1StringView healthOutputOption("output");
constexpr QLatin1StringView maxAgeOption("max-age");
constexpr std::int64_t mostDays = 36'500;

struct HealthCommandText
{
    Q_DECLARE_TR_FUNCTIONS(HealthCommandText)
};

HealthQuestion questionOf(ProfileSession& session, std::optional<std::chrono::days> maxAge)
{
    HealthQuestion question;
    question.now = session.clock().now();
    question.limits.maxAge = maxAge;
    if (auto findings = session.trustFindings()) {
        question.tampered = std::move(*findings);
    } else {
        question.trustProblem = findings.error().sentence;
    }
    return question;
}

/// To standard output, or into the file that is there only when it is complete.
Status writeTo(Invocation& invocation, ProfileSession& session, const HealthQuestion& question,
               HealthReport& report)
{
    if (!invocation.arguments().has(healthOutputOption)) {
        return writeHealthReport(session.database(), question, {}, report,
                                 [&](std::string_view part) -> Status {
                                     invocation.terminal().write(asBytes(part));
                                     return {};
                                 });
    }
    OutputFile file(invocation.arguments().bytes(healthOutputOption));
    RETURN_IF_ERROR(file.open());
    RETURN_IF_ERROR(writeHealthReport(session.database(), question, {}, report,
                                      [&](std::string_view part) { return file.write(asBytes(part)); }));
    return file.commit();
}

}  // namespace

void HealthCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("health"),
         .summary =
             HealthCommandText::tr("Says what is wrong with the delegations, the gravest first, and what "
                                   "mends it."),
         .details = HealthCommandText::tr(
             "Asks nobody: it uses what the last verify and dynamic check brought, and says how old that "
             "is.\n"
             "json: {\"summary\": {…}, \"findings\": [{\"id\", \"severity\", \"walletId\"?, \"address\"?,\n"
             "\"subject\"?, \"title\", \"mend\"}]}; csv: one line a finding, no cell of it is a formula;\n"
             "html: a page that prints well. severity: critical, error, warning, info. Exit status 0 "
             "whatever\n"
             "was found."),
         .options = {{.name = healthFormatOption,
                      .valueName = QStringLiteral("FORMAT"),
                      .description = HealthCommandText::tr("json (default), csv or html")},
                     {.name = healthOutputOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = HealthCommandText::tr("write it there, not to standard output"),
                      .kind = WordKind::Raw},
                     {.name = maxAgeOption,
                      .valueName = QStringLiteral("DAYS"),
                      .description =
                          HealthCommandText::tr("call delegations and keys old after so many days")},
                     passphraseOption()},
         .positionals = {},
         .run = run});
}

void HealthCommand::run(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const std::string format =
        arguments.has(healthFormatOption) ? arguments.value(healthFormatOption).toStdString() : "json";
    const std::shared_ptr<HealthReport> report = healthReportOf(format);
    if (!report) {
        return invocation.usage(HealthCommandText::tr("--format is json, csv or html."));
    }
    std::optional<std::chrono::days> maxAge;
    if (arguments.has(maxAgeOption)) {
        const auto days = positiveOption(arguments, maxAgeOption, 1);
        if (!days || *days > mostDays) {
            return invocation.usage(
                HealthCommandText::tr("--max-age is a number of days, from 1 to %1.").arg(mostDays));
        }
        maxAge = std::chrono::days(*days);
    }
    ProfileSession::open(
        invocation, [&invocation, report, maxAge](const std::shared_ptr<ProfileSession>& session) {
            const HealthQuestion question = questionOf(*session, maxAge);
            if (const Status written = writeTo(invocation, *session, question, *report); !written) {
                return invocation.fail(written.error());
            }
            invocation.finish();
        });
}

}  // namespace countersign::cli
