#include "core/revocation/proof/RevocationProof.h"
#include "core/signing/reporting/DeskKey.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RevocationFakes.h"
#include "tests/ui/ConsoleFixture.h"
#include "tests/ui/SilentSession.h"
#include "ui/session/ProfileSession.h"

#include <QSignalSpy>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

namespace {

/// A session whose Dynamic is a script. The script is the session's thread's while it runs.
struct RevokingSession : SilentSession
{
    RevocationScript script;
    std::unique_ptr<ProfileSession> session;

    SessionParts parts() { return withDynamic(sessionParts()); }
    SessionParts withDynamic(SessionParts made)
    {
        made.revocationServices = [this](std::shared_ptr<Vault> vault, Database& database,
                                         const Clock& clock) {
            RevocationServices services;
            services.vault = std::move(vault);
            services.database = &database;
            services.clock = &clock;
            services.api = [this]() -> Result<std::unique_ptr<RevocationApi>> {
                return std::make_unique<FakeRevocationApi>(script);
            };
            return services;
        };
        return made;
    }

    RevokingSession() : session(std::make_unique<ProfileSession>(parts()))
    {
        session->start();
        if (!waitUntil([&] { return session->state() == State::Open; }, patienceMs)) {
            qFatal("not open");
        }
    }
    ~RevokingSession() { session.reset(); }

    RevocationControl& control() { return session->revocations(); }

    template <typename T>
    Result<T> ask(const std::function<void(Callback<T>)>& question)
    {
        std::optional<Result<T>> answer;
        question([&](Result<T> result) { answer = std::move(result); });
        if (!waitUntil([&] { return answer.has_value(); }, patienceMs)) {
            qFatal("no answer");
        }
        return std::move(*answer);
    }

    Result<RevocationPreviewPtr> plan(const WalletSelection& selection)
    {
        return ask<RevocationPreviewPtr>(
            [&](auto done) { control().plan(session.get(), selection, {}, std::move(done)); });
    }
    Result<Reauthentication::Grant> verify(std::string_view passphrase = {})
    {
        return ask<Reauthentication::Grant>([&](auto done) {
            session->reauthentication().verify(session.get(), SecretBytes::copyOf(passphrase),
                                               std::move(done));
        });
    }
    Result<RevocationBegun> begin(const RevocationPreviewPtr& preview, const Reauthentication::Grant& grant,
                                  const RevocationControl::Order& order = {.reason = "lost laptop"})
    {
        return ask<RevocationBegun>(
            [&](auto done) { control().begin(session.get(), preview, order, grant, std::move(done)); });
    }
    RevocationControl::RevocationPtr load(const QString& id)
    {
        const auto loaded = ask<RevocationControl::RevocationPtr>(
            [&](auto done) { control().load(session.get(), id, std::move(done)); });
        return loaded ? *loaded : nullptr;
    }
    RevocationControl::Summaries list(RevocationControl::Which which)
    {
        return *ask<RevocationControl::Summaries>(
            [&](auto done) { control().list(session.get(), which, std::move(done)); });
    }
};

}  // namespace

/// RevocationControl and Reauthentication over a session.
class SessionRevocationsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasPlannedIsCarriedOut()
    {
        RevokingSession scene;
        QSignalSpy changed(&scene.control(), &RevocationControl::changed);
        const auto preview = scene.plan(EveryWallet());
        QVERIFY(preview.has_value());
        QCOMPARE((*preview)->plan.toEnd.size(), std::size_t{2});
        QVERIFY(scene.list(RevocationControl::Which::All).empty());
        const auto begun = scene.begin(*preview, *scene.verify());
        QVERIFY(begun.has_value() && !begun->id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(scene.load(begun->id)->endedAt != 0, patienceMs);
        QVERIFY(!changed.isEmpty());
        QCOMPARE(changed.first().first().toString(), begun->id);
        const auto all = scene.list(RevocationControl::Which::All);
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all.front().revoked, std::int64_t{2});
        QVERIFY(scene.list(RevocationControl::Which::GoingOn).empty());
        QCOMPARE(scene.stored().state, JobState::Rejected);
    }

    void theProofIsTheDesks()
    {
        RevokingSession scene;
        const auto begun = scene.begin(*scene.plan(EveryWallet()), *scene.verify());
        QTRY_VERIFY_WITH_TIMEOUT(scene.load(begun->id)->endedAt != 0, patienceMs);
        const auto proof = scene.ask<RevocationControl::Proof>(
            [&](auto done) { scene.control().proof(scene.session.get(), begun->id, std::move(done)); });
        QVERIFY(proof.has_value());
        const auto seed =
            deskSeed(*scene.profile.database, *scene.profile.vault, scene.audit, scene.profile.clock);
        const auto statement = verifyRevocationProof(proof->envelope, *ed25519::publicKey(*seed));
        QVERIFY(statement.has_value());
        QCOMPARE(statement->at("id").get<std::string>(), begun->id.toStdString());
        QVERIFY(QString::fromStdString(proof->page).contains(begun->id));
    }

    void whatWaitsSaysWhyAndIsTriedAgain()
    {
        RevokingSession scene;
        scene.script.single[evmWalletId].push_back(
            revocationAnswer(RevocationOutcome::Pending, 503, QStringLiteral("out of order")));
        const auto begun = scene.begin(*scene.plan(std::vector<std::string>{evmWalletId}), *scene.verify());
        QTRY_COMPARE_WITH_TIMEOUT(scene.load(begun->id)->items.front().httpStatus, 503, patienceMs);
        const auto waiting = scene.list(RevocationControl::Which::GoingOn);
        QCOMPARE(waiting.size(), std::size_t{1});
        QCOMPARE(waiting.front().pending, std::int64_t{1});
        QCOMPARE(waiting.front().waitsFor, std::string("out of order"));
        scene.control().resume();
        QTRY_VERIFY_WITH_TIMEOUT(scene.load(begun->id)->endedAt != 0, patienceMs);
    }

    void aGrantThatIsTooOldIsRefused()
    {
        RevokingSession scene;
        const auto preview = scene.plan(EveryWallet());
        const auto grant = scene.verify();
        scene.profile.clock.advance(std::chrono::milliseconds(Reauthentication::Grant::goodFor + 1));
        const auto begun = scene.begin(*preview, *grant);
        QCOMPARE(begun.error().code, ErrorCode::Denied);
        QVERIFY(scene.list(RevocationControl::Which::All).empty());
    }

    void aReasonIsNeeded()
    {
        RevokingSession scene;
        const auto preview = scene.plan(EveryWallet());
        for (const std::string& reason : {std::string(), std::string(4001, 'x')}) {
            QCOMPARE(scene.begin(*preview, *scene.verify(), {.reason = reason}).error().code,
                     ErrorCode::InvalidInput);
        }
    }

    void aSurplusPassphraseIsWrong()
    {
        RevokingSession scene;
        QVERIFY(!scene.session->reauthentication().asksForPassphrase());
        QCOMPARE(scene.verify("surplus").error().code, ErrorCode::WrongPassphrase);
        QVERIFY(scene.verify().has_value());
    }

    void aWrongPassphraseIsToldAsOftenAsItComes()
    {
        ProfileFixture profile({.wallets = 3});
        ManualClock clock(fixtureNow);
        ProfileSession session(sessionParts(profile.folder(), clock));
        session.start();
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), State::Locked, patienceMs);
        QVERIFY(session.reauthentication().asksForPassphrase());
        const auto verify = [&](std::string_view passphrase) {
            std::optional<ErrorCode> code;
            bool isAnswered = false;
            session.reauthentication().verify(this, SecretBytes::copyOf(passphrase),
                                              [&](const Result<Reauthentication::Grant>& grant) {
                                                  isAnswered = true;
                                                  if (!grant) {
                                                      code = grant.error().code;
                                                  }
                                              });
            return waitUntil([&] { return isAnswered; }, patienceMs) ? code
                                                                     : std::optional(ErrorCode::Timeout);
        };
        QCOMPARE(verify(fixturePassphrase), std::optional(ErrorCode::Locked));
        session.unlock(SecretBytes::copyOf(fixturePassphrase));
        QTRY_COMPARE_WITH_TIMEOUT(session.state(), State::Open, patienceMs);
        QCOMPARE(verify("wrong"), std::optional(ErrorCode::WrongPassphrase));
        QCOMPARE(verify("wrong"), std::optional(ErrorCode::WrongPassphrase));
        QCOMPARE(verify(fixturePassphrase), std::nullopt);
        QCOMPARE(session.state(), State::Open);
    }

    void nothingIsDoneWhileLocked()
    {
        RevokingSession scene;
        const auto preview = scene.plan(EveryWallet());
        const auto grant = scene.verify();
        QVERIFY(scene.control().isReady());
        // Another profile by the same clock, with all that an unlocked one needs: the lock alone stands in
        // the way.
        ProfileFixture profile({.wallets = 3});
        ProfileSession locked(scene.withDynamic(sessionParts(profile.folder(), scene.profile.clock)));
        locked.start();
        QTRY_COMPARE_WITH_TIMEOUT(locked.state(), State::Locked, patienceMs);
        QVERIFY(!locked.revocations().isReady());
        std::optional<ErrorCode> code;
        locked.revocations().begin(this, *preview, {.reason = "r"}, *grant,
                                   [&](const Result<RevocationBegun>& begun) { code = begun.error().code; });
        QTRY_COMPARE_WITH_TIMEOUT(code, std::optional(ErrorCode::Locked), patienceMs);
        code.reset();
        locked.revocations().list(
            this, RevocationControl::Which::All,
            [&](const Result<RevocationControl::Summaries>& all) { code = all.error().code; });
        QTRY_COMPARE_WITH_TIMEOUT(code, std::optional(ErrorCode::Locked), patienceMs);
    }
};

COUNTERSIGN_GUILESS_TEST(SessionRevocationsTest)
#include "SessionRevocations_test.moc"
