#pragma once

#include "core/policy/operators/OperatorRegister.h"
#include "tests/support/Patience.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"
#include "tests/ui/RecordedArrival.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace countersign::testing {

/// Test fixture of operators: a profile and its session, which is unlocked, and people at other desks.
struct OperatorScene
{
    ProfileFixture profile{{.wallets = 6, .healthy = true, .passphrase = false}};
    JobFixture jobs{profile};
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    WindowState state{profile.folder()};
    samples::Person bob{"bob"};
    samples::Person carol{"carol"};
    std::unique_ptr<ProfileSession> session;

    OperatorScene()
    {
        initialiseSodium();
        session = std::make_unique<ProfileSession>(sessionParts(profile.folder(), clock));
        session->start();
        const bool open =
            QTest::qWaitFor([this] { return session->state() == ProfileSession::State::Open; }, patienceMs);
        if (!open) {
            qFatal("not unlocked");
        }
    }

    /// What a control answers.
    template <typename T, typename Call>
    Result<T> answerOf(Call call)
    {
        QObject context;
        std::optional<Result<T>> answer;
        call(&context, [&answer](Result<T> result) { answer = std::move(result); });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, patienceMs)) {
            qFatal("no answer");
        }
        return *std::move(answer);
    }
    Result<Reauthentication::Grant> grant()
    {
        return answerOf<Reauthentication::Grant>([this](QObject* context, auto done) {
            session->reauthentication().verify(context, SecretBytes(), std::move(done));
        });
    }
    OwnOperator makeOwn(const char* name = "alice")
    {
        const auto made = answerOf<OwnOperator>([this, name](QObject* context, auto done) {
            session->operators().create(context, QString::fromLatin1(name), std::move(done));
        });
        if (!made) {
            qFatal("no operator");
        }
        return *made;
    }
    void registerOperator(const samples::Person& who, std::vector<std::string> groups = {})
    {
        const auto granted = grant();
        const auto added = answerOf<void>([&](QObject* context, auto done) {
            session->operators().add(context, who.registered(std::move(groups)), *granted, std::move(done));
        });
        if (!added) {
            qFatal("not registered");
        }
    }
    /// A job that came in: its row, and what the record says of its arrival.
    std::string arrived(const JobFixture::Shape& shape = {})
    {
        const std::string jobId = jobs.add(shape);
        recordArrival(profile, jobs.job(jobId), clock);
        return jobId;
    }
    Result<JobStanding> standing(const std::string& jobId)
    {
        return answerOf<JobStanding>([this, &jobId](QObject* context, auto done) {
            session->approvals().standing(context, QString::fromStdString(jobId), std::move(done));
        });
    }
    /// What this person's desk would say, having seen what this one sees.
    ApprovalStatement statementOf(const samples::Person& who, const std::string& jobId,
                                  ApprovalDecision decision = ApprovalDecision::Approve)
    {
        const auto known = standing(jobId);
        if (!known) {
            qFatal("no standing");
        }
        return {.jobId = jobId,
                .digest = known->digest,
                .explanation = known->explanation,
                .policy = known->judged.terms.policy,
                .decision = decision,
                .operatorKey = who.key,
                .at = clock.now(),
                .reason = {}};
    }
    /// It arrives as a file.
    Result<StatementTaken> bring(const samples::Person& who, const ApprovalStatement& statement)
    {
        QFile file(folder.filePath(QStringLiteral("statement.json")));
        const std::string envelope = samples::signedBy(who, statement).envelope.json;
        if (!file.open(QIODevice::WriteOnly) ||
            file.write(envelope.data(), static_cast<qint64>(envelope.size())) < 0) {
            qFatal("not written");
        }
        file.close();
        return answerOf<StatementTaken>([this, &file](QObject* context, auto done) {
            session->approvals().take(context, file.fileName(), std::move(done));
        });
    }
    /// Somebody else writes into the profile's file.
    void edit(const std::string& sql) { profile.database().handle().exec(sql); }
    int number(const std::string& table, const std::string& where = "1")
    {
        return profile.database()
            .handle()
            .execAndGet("SELECT count(*) FROM " + table + " WHERE " + where)
            .getInt();
    }

    QTemporaryDir folder;
};

}  // namespace countersign::testing
