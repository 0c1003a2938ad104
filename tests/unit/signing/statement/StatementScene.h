#pragma once

#include "core/signing/job/JobExplanation.h"
#include "core/signing/statement/JobStatements.h"
#include "tests/support/fixtures/signing/SigningScene.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

#include <QTest>

namespace countersign::testing {

/// Test fixture of what operators say: the scene of signing, and operators of other desks.
struct StatementScene : SigningScene
{
    JobStatements statements{*profile.database, *profile.vault, audit, store, profile.clock};
    samples::Person ben{"Ben"};
    samples::Person carol{"Carol"};

    void makeOwnOperator()
    {
        const auto made =
            OperatorIdentity(*profile.database, *profile.vault, audit, profile.clock).create("Alice");
        QVERIFY2(made.has_value(), qPrintable(made ? QString() : made.error().detail));
    }
    ed25519::PublicKey ownKey()
    {
        return OperatorIdentity(*profile.database, *profile.vault, audit, profile.clock).read()->publicKey;
    }
    void registerPerson(const samples::Person& who) { samples::registerOperator(profile, audit, who); }

    /// A job that another desk made, so that nobody here asked for it; whole.
    Job imported(const std::string& text = "hello")
    {
        const std::string document = documentOf(evmWalletId, "evm.message", {{"text", text}});
        return *intake().import(asBytes(document));
    }

    /// What whoever saw the job as this desk does says about it.
    ApprovalStatement about(const Job& job, const samples::Person& who,
                            ApprovalDecision decision = ApprovalDecision::Approve,
                            const CountTerms& terms = CountTerms::ofBuiltInPolicy())
    {
        const auto verified = VerifiedJob::of(job);
        ApprovalStatement statement = samples::saidBy(who, decision, profile.clock.now());
        statement.jobId = job.jobId;
        std::ranges::copy(verified->payload()->digest, statement.digest.begin());
        statement.explanation = explainJob(*verified, {})->hash;
        statement.policy = terms.policy;
        return statement;
    }
    /// It comes in as a file.
    void take(const samples::Person& who, const ApprovalStatement& statement)
    {
        const auto taken = statements.take(samples::signedBy(who, statement), ApprovalSource::File);
        QVERIFY2(taken.has_value(), qPrintable(taken ? QString() : taken.error().sentence));
        QCOMPARE(taken->added, ApprovalStore::Added::New);
    }
    void approveAs(const samples::Person& who, const Job& job) { take(who, about(job, who)); }

    Result<JobStatements::Counted> count(const Job& job, int need = 1)
    {
        CountTerms terms = CountTerms::ofBuiltInPolicy();
        terms.need = need;
        return statements.count(*store.load(job.jobId), terms);
    }
    /// Why the statements do not count, in their order: "-" for one that does.
    std::string doubts(const Job& job)
    {
        const auto counted = count(job);
        if (!counted) {
            return counted.error().sentence.toStdString();
        }
        std::string text;
        for (const CountedApproval& one : counted->count.statements) {
            text += (text.empty() ? "" : ", ") + (one.why ? std::string(toText(*one.why)) : std::string("-"));
        }
        return text;
    }
    /// As somebody who writes the file while the profile is locked.
    void edit(const std::string& sql) { profile.database->handle().exec(sql); }
    void forget(const ApprovalStatement& statement, const samples::Person& who)
    {
        SQLite::Statement remove(profile.database->handle(),
                                 "DELETE FROM approval_statement WHERE digest = ?");
        const Sha256Digest digest = samples::signedBy(who, statement).envelope.digest;
        remove.bind(1, digest.data(), static_cast<int>(digest.size()));
        QCOMPARE(remove.exec(), 1);
    }
};

}  // namespace countersign::testing
