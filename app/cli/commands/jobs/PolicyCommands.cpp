#include "app/cli/commands/jobs/PolicyCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/InputFile.h"
#include "core/addressbook/AddressBook.h"
#include "core/crypto/keys/Address.h"
#include "core/delegation/WalletCatalog.h"
#include "core/policy/PolicyJson.h"
#include "core/signing/job/JobExplanation.h"
#include "core/signing/policy/JobFacts.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView documentOption("document");

struct PolicyCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyCommandsText)
};

Result<PolicyDocument> readPolicy(Invocation& invocation)
{
    ASSIGN_OR_RETURN(const Bytes bytes, readInputFile(invocation.arguments().positionalBytes().front(),
                                                      policyMaxBytes, invocation.terminal()));
    return parsePolicy(bytes);
}

/// Tags and lists of every entry that speaks of the address there.
std::optional<AddressLabels> labelsIn(const std::vector<AddressEntry>& book, std::string_view chain,
                                      std::string_view address)
{
    AddressLabels labels;
    for (const AddressEntry& entry : book) {
        if (chainKind(entry.chain) != chainKind(chain) || !sameAddress(entry.address, address)) {
            continue;
        }
        if (!coversChain(entry.chain, chain)) {
            // Of another chain, or of one of several that it could be.
            if (chain == chainKind(chain) && !entry.lists.empty()) {
                return std::nullopt;
            }
            continue;
        }
        labels.tags.insert(labels.tags.end(), entry.tags.begin(), entry.tags.end());
        labels.lists.insert(labels.lists.end(), entry.lists.begin(), entry.lists.end());
    }
    return labels;
}

Result<PolicyDecision> decideOn(const PolicyDocument& policy, BytesView document, ProfileSession& session)
{
    ASSIGN_OR_RETURN(const JobDocument read, parseJobDocument(document));
    ASSIGN_OR_RETURN(const Wallet wallet, WalletCatalog(session.database()).find(read.wallet));
    const UnixMillis now = session.clock().now();
    ASSIGN_OR_RETURN(const VerifiedJob job, draftJob(document, wallet, now));
    ASSIGN_OR_RETURN(const JobExplanation explained, explainJob(job, {}));
    const auto book = AddressBook(session.database(), session.vault()).entries();
    const auto labels = [&book](std::string_view chain, std::string_view address) {
        return book ? labelsIn(*book, chain, address) : std::nullopt;
    };
    return evaluatePolicy(&policy, policyFactsOf(job, explained.explanation.meaning, labels, now),
                          NoSpentSums());
}

}  // namespace

void PolicyCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("policy check"),
         .summary = PolicyCommandsText::tr("Checks a policy, and names the member that is wrong."),
         .details = PolicyCommandsText::tr(
             "Prints {\"name\", \"rules\", \"sha256\"}. docs/policy.schema.json describes policies. - is\n"
             "standard input."),
         .options = {},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = check});
    table.add(
        {.words = QStringLiteral("policy try"),
         .summary = PolicyCommandsText::tr("Says what a policy would decide about a job, and why."),
         .details = PolicyCommandsText::tr(
             "Exit status 3 where it would be blocked. Nothing is stored. What was signed before is not\n"
             "asked: a rule with perPeriod cannot be evaluated then."),
         .options = {{.name = documentOption,
                      .valueName = QStringLiteral("F"),
                      .description = PolicyCommandsText::tr("the job's document"),
                      .required = true,
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = tryOut});
}

void PolicyCommands::check(Invocation& invocation)
{
    const auto policy = readPolicy(invocation);
    if (!policy) {
        return invocation.fail(policy.error());
    }
    invocation.finish(summaryOf(*policy));
}

void PolicyCommands::tryOut(Invocation& invocation)
{
    const auto policy = readPolicy(invocation);
    const auto document = policy ? readInputFile(invocation.arguments().bytes(documentOption),
                                                 jobDocumentMaxBytes, invocation.terminal())
                                 : failure(policy.error());
    if (!document) {
        return invocation.fail(document.error());
    }
    ProfileSession::open(
        invocation, [&invocation, policy = *policy, document = *document](const auto& session) {
            const auto decision = decideOn(policy, document, *session);
            if (!decision) {
                return invocation.fail(decision.error());
            }
            invocation.finish(toJson(*decision), decision->block ? ExitStatus::Refused : ExitStatus::Done);
        });
}

}  // namespace countersign::cli
