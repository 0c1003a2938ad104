#include "core/inspection/wallets/WalletVerifier.h"

#include "core/delegation/WalletPathStore.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/inspection/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct VerifyScene : InspectionScene
{
    WalletVerifier verifier{services()};
    std::vector<std::string> verdicts;
    std::vector<VerifyProgress> progress;

    VerifyScene()
    {
        verifier.setPace({.between = 1ms, .atOnce = 20, .retry = 1ms, .patience = 1min});
        QObject::connect(&verifier, &WalletVerifier::checked, &verifier, [this](const WalletCheck& check) {
            verdicts.push_back(check.walletId + ' ' + std::string(toText(check.verdict)));
        });
        QObject::connect(&verifier, &WalletVerifier::progressed, &verifier,
                         [this](const VerifyProgress& told) { progress.push_back(told); });
        profile.clock.set(1'760'000'000'000);
    }

    Status verify(std::vector<std::string> ids)
    {
        return waitFor<Status>([&](auto done) { verifier.verify(std::move(ids), std::move(done)); });
    }
    WalletCheck check(const std::string& walletId) { return checks.find(walletId)->value_or(WalletCheck()); }
};

}  // namespace

class WalletVerifierTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsAsItShouldBeIsConfirmed()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.delegate("w2");
        QCOMPARE(scene.healthOf("w1"), std::string("unconfirmed"));
        QVERIFY(*walletsToVerify(*scene.profile.database) == (std::vector<std::string>{"w1", "w2"}));
        QVERIFY(scene.verify({"w1", "w2"}).has_value());
        QVERIFY(scene.verdicts == (std::vector<std::string>{"w1 ok", "w2 ok"}));
        QCOMPARE(scene.healthOf("w1"), std::string("ok"));
        QCOMPARE(scene.check("w2").checkedAt, scene.profile.clock.now());
        QCOMPARE(scene.recorded("wallet.checked"), 2);
        QCOMPARE(scene.recorded("wallets.verified"), 1);
        QVERIFY(scene.progress.back().done == 2 && scene.progress.back().total == 2);
        // Once more: nothing is new, and the record does not grow by wallets.
        QVERIFY(scene.verify({"w1", "w2"}).has_value());
        QCOMPARE(scene.recorded("wallet.checked"), 2);
    }

    void differencesAreFound_data()
    {
        QTest::addColumn<QByteArray>("what");
        QTest::addColumn<QByteArray>("verdict");
        QTest::addColumn<QByteArray>("health");
        QTest::newRow("address") << QByteArray("address") << QByteArray("address-differs")
                                 << QByteArray("address-mismatch");
        QTest::newRow("path") << QByteArray("path") << QByteArray("address-differs")
                              << QByteArray("address-mismatch");
        QTest::newRow("chain") << QByteArray("chain") << QByteArray("chain-differs")
                               << QByteArray("address-mismatch");
        QTest::newRow("gone") << QByteArray("gone") << QByteArray("not-found") << QByteArray("unconfirmed");
        QTest::newRow("not delegated")
            << QByteArray("share") << QByteArray("no-delegation") << QByteArray("unconfirmed");
        QTest::newRow("refused") << QByteArray("refused") << QByteArray("refused")
                                 << QByteArray("credential-refused");
    }

    void differencesAreFound()
    {
        QFETCH(const QByteArray, what);
        QFETCH(const QByteArray, verdict);
        QFETCH(const QByteArray, health);
        VerifyScene scene;
        scene.delegate("w1");
        QVERIFY(scene.verify({"w1"}).has_value());
        const auto event = DelegationStore(*scene.profile.database).currentEvent("w1");
        QVERIFY(WalletPathStore(*scene.profile.database, scene.profile.clock)
                    .keep("w1", *event, {44, 60, 0, 0, 0})
                    .has_value());
        scene.script.token.always = Dated<TokenRecord>{};
        if (what == "address") {
            scene.known("w1").wallet.accountAddress = "0x0000000000000000000000000000000000000001";
        } else if (what == "path") {
            scene.known("w1").wallet.derivationPath = {44, 60, 0, 0, 1};
        } else if (what == "chain") {
            scene.known("w1").wallet.chainName = "SVM";
        } else if (what == "share") {
            scene.known("w1").isDelegated = false;
            scene.owned("w1", false);
        } else {
            scene.script.wallets["w1"].always =
                failure(VerifyScene::said(what == "gone" ? ErrorCode::NotFound : ErrorCode::Denied));
        }
        QVERIFY(scene.verify({"w1"}).has_value());
        QCOMPARE(QByteArray(toText(scene.check("w1").verdict).data()), verdict);
        QVERIFY(!scene.check("w1").detail.empty());
        QCOMPARE(QByteArray::fromStdString(scene.healthOf("w1")), health);
        // Nothing was destroyed, and it can be used as before.
        QCOMPARE(scene.statusOf("w1"), std::string("active"));
        QVERIFY(DelegationStore(*scene.profile.database).currentEvent("w1").has_value());
        // What mends itself is well again.
        InspectedWallet good;
        good.wallet = {"w1", scene.wallet("w1").address, "evm", {44, 60, 0, 0, 0}, {}};
        scene.script.wallets["w1"].always = good;
        scene.owned("w1", true);
        QVERIFY(scene.verify({"w1"}).has_value());
        QCOMPARE(scene.healthOf("w1"), std::string("ok"));
    }

    void healthOfWhatCannotBeUsedStays()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.take({WebhookFactory::revoked("w1", 1'755'000'000'000)});
        QVERIFY(walletsToVerify(*scene.profile.database)->empty());
        QVERIFY(scene.verify({"w1"}).has_value());
        QCOMPARE(scene.healthOf("w1"), std::string("revoked"));
        QCOMPARE(scene.check("w1").verdict == WalletVerdict::Ok, true);
        QCOMPARE(scene.recorded("wallet.checked"), 0);
    }

    void pendingChangesComeFromTheWalletAndItsOwner()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.known("w1").pendingChanges = {"revokeOnNextSignOn"};
        scene.known("w1").isDelegated = false;  // the share set is the user's
        scene.owned("w1", true).pendingChanges = {"revokeOnNextSignOn", "reshareOnNextSignOn"};
        QVERIFY(scene.verify({"w1"}).has_value());
        QCOMPARE(scene.check("w1").pendingChange, std::string("revokeOnNextSignOn, reshareOnNextSignOn"));
        QVERIFY(scene.check("w1").verdict == WalletVerdict::Ok);
    }

    void aTokenThatMayNotReadUsersIsNotAskedToAgain()
    {
        VerifyScene scene;
        for (const char* id : {"w1", "w2", "w3"}) {
            scene.delegate(id);
            scene.script.users[std::string("user-of-") + id].always =
                failure(VerifyScene::said(ErrorCode::Denied));
        }
        QVERIFY(scene.verify({"w1", "w2", "w3"}).has_value());
        QCOMPARE(scene.asked("user "), 1);
        QCOMPARE(scene.asked("wallet "), 3);
        QCOMPARE(scene.verdicts.size(), std::size_t{3});
    }

    /// A token that may not read users sees only the wallet's own shares.
    void aPartOfTheSharesIsNoRevocation()
    {
        VerifyScene scene;
        scene.delegate("w1", "set-1");
        scene.known("w1").isDelegated = false;
        scene.script.users["user-of-w1"].always = failure(VerifyScene::said(ErrorCode::Denied));
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w1").verdict == WalletVerdict::Ok && !scene.check("w1").detail.empty());
        QCOMPARE(scene.healthOf("w1"), std::string("ok"));
        // The owner's whole view says so; what shows less afterwards does not take it back.
        scene.owned("w1", false).shareSets.areListed = true;
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w1").verdict == WalletVerdict::NoDelegation);
        scene.script.users["user-of-w1"].always = failure(VerifyScene::said(ErrorCode::Denied));
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w1").verdict == WalletVerdict::NoDelegation);
        QCOMPARE(scene.healthOf("w1"), std::string("unconfirmed"));
    }

    void aWalletThatItsOwnerListsIsNotGone()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.owned("w1", true);
        scene.script.wallets["w1"].always = failure(VerifyScene::said(ErrorCode::NotFound));
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w1").verdict == WalletVerdict::Ok && !scene.check("w1").detail.empty());
        scene.script.users["user-of-w1"].always = std::vector<OwnedWallet>();
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w1").verdict == WalletVerdict::NotFound);
    }

    void whatTheOwnerHasBesidesIsNoted()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.owned("w1", true);
        OwnedWallet other;
        other.id = "w9";
        other.isDelegated = true;
        scene.script.users["user-of-w1"].always->push_back(other);
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.check("w9").verdict == WalletVerdict::Ok);
        QCOMPARE(scene.check("w9").checkedAt, scene.profile.clock.now());
        QVERIFY(scene.verdicts == std::vector<std::string>{"w1 ok"});
    }

    void aTokenThatIsNotLetInRefusesAllAtOnce()
    {
        VerifyScene scene;
        for (const char* id : {"w1", "w2", "w3"}) {
            scene.delegate(id);
            scene.script.wallets[id].always = failure(VerifyScene::said(ErrorCode::Denied));
        }
        scene.script.token.always = failure(VerifyScene::said(ErrorCode::Denied));
        QVERIFY(scene.verify({"w1", "w2", "w3"}).has_value());
        QVERIFY(scene.verdicts == (std::vector<std::string>{"w1 refused", "w2 refused", "w3 refused"}));
        QCOMPARE(scene.asked("wallet "), 1);
        QVERIFY(scene.verifier.isTokenRefused());
        // It says nothing about the wallets.
        QCOMPARE(scene.healthOf("w1"), std::string("unconfirmed"));
        QCOMPARE(scene.recorded("wallet.checked"), 0);
        QVERIFY(!scene.checks.find("w1")->has_value());
    }

    /// Taken back in the middle of a run, and without the scope that a delegate has.
    void whatWasAnsweredOutlivesTheToken_data()
    {
        QTest::addColumn<bool>("isLetIn");
        QTest::newRow("not let in") << false;
        QTest::newRow("without the scope") << true;
    }

    void whatWasAnsweredOutlivesTheToken()
    {
        QFETCH(const bool, isLetIn);
        VerifyScene scene;
        scene.delegate("w1");
        scene.delegate("w2");
        QVERIFY(scene.verify({"w1", "w2"}).has_value());
        QVERIFY(!scene.verifier.isTokenRefused());
        const WalletCheck before = scene.check("w2");
        scene.profile.clock.advance(1h);
        scene.script.wallets["w2"].always = failure(VerifyScene::said(ErrorCode::Denied));
        if (isLetIn) {
            scene.script.token.always = Dated<TokenRecord>{{{"environment.users.read"}, {}}, {}};
        } else {
            scene.script.token.always = failure(VerifyScene::said(ErrorCode::Denied));
        }
        QVERIFY(scene.verify({"w1", "w2"}).has_value());
        QCOMPARE(scene.verdicts.back(), std::string("w2 refused"));
        QVERIFY(scene.verifier.isTokenRefused());
        QVERIFY(scene.check("w2") == before);
        QCOMPARE(scene.healthOf("w2"), std::string("ok"));
    }

    void aLastingRefusalOfOwnersEndsByItself()
    {
        VerifyScene scene;
        scene.verifier.setPace({.between = 1ms, .atOnce = 20, .retry = 1ms, .patience = 1500ms});
        for (const char* id : {"w1", "w2"}) {
            scene.delegate(id);
            scene.script.users[std::string("user-of-") + id].always =
                failure(VerifyScene::said(ErrorCode::Busy));
        }
        QVERIFY(scene.verify({"w1", "w2"}).has_value());
        QVERIFY(scene.verdicts == (std::vector<std::string>{"w1 ok", "w2 ok"}));
        QCOMPARE(scene.asked("user "), 2);
    }

    void aWalletThatCannotBeReadIsLeftOut()
    {
        VerifyScene scene;
        for (const char* id : {"w1", "w2"}) {
            scene.delegate(id);
        }
        scene.damage("w1");
        std::vector<std::string> leftOut;
        QObject::connect(&scene.verifier, &WalletVerifier::leftOut, &scene.verifier,
                         [&](const std::string& walletId, const Error&) { leftOut.push_back(walletId); });
        const Status done = scene.verify({"w1", "w2"});
        QVERIFY(!done && done.error().code != ErrorCode::NotFound);
        QVERIFY2(done.error().sentence.startsWith(u'1'), qPrintable(done.error().sentence));
        QVERIFY(leftOut == std::vector<std::string>{"w1"});
        QVERIFY(scene.verdicts == std::vector<std::string>{"w2 ok"});
        QVERIFY(scene.check("w2").verdict == WalletVerdict::Ok && scene.checks.find("w2")->has_value());
    }

    void patienceIsHonoured()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.script.wallets["w1"].next.emplace_back(failure(VerifyScene::said(ErrorCode::Busy)));
        scene.script.pause = 1200ms;
        QVERIFY(scene.verify({"w1"}).has_value());
        QVERIFY(scene.verdicts == std::vector<std::string>{"w1 ok"});
        QVERIFY(
            std::ranges::any_of(scene.progress, [](const VerifyProgress& p) { return p.paused == 1200ms; }));
        QCOMPARE(scene.asked("wallet "), 2);
    }

    void patienceHasAnEnd()
    {
        VerifyScene scene;
        scene.delegate("w1");
        scene.verifier.setPace({.between = 1ms, .atOnce = 20, .retry = 1ms, .patience = 10ms});
        scene.script.wallets["w1"].always = failure(VerifyScene::said(ErrorCode::Busy));
        QVERIFY(scene.verify({"w1"}).error().code == ErrorCode::Busy);
        QCOMPARE(scene.asked("wallet "), 1);
    }

    void silenceEndsTheRunAndKeepsWhatWasAnswered()
    {
        VerifyScene scene;
        for (const char* id : {"w1", "w2", "w3"}) {
            scene.delegate(id);
        }
        scene.script.wallets["w1"].next.assign(3, failure(VerifyScene::said(ErrorCode::Network)));
        scene.script.wallets["w2"].always = failure(VerifyScene::said(ErrorCode::Timeout));
        QVERIFY(scene.verify({"w1", "w2", "w3"}).error().code == ErrorCode::Timeout);
        QVERIFY(scene.verdicts == std::vector<std::string>{"w1 ok"});
        QVERIFY(scene.checks.find("w1")->has_value() && !scene.checks.find("w2")->has_value());
        QCOMPARE(scene.asked("wallet w2"), 4);
        QCOMPARE(scene.asked("wallet w3"), 0);
        QCOMPARE(scene.recorded("wallets.verified"), 1);
    }

    void canBeStopped()
    {
        VerifyScene scene;
        for (const char* id : {"w1", "w2", "w3"}) {
            scene.delegate(id);
        }
        QObject::connect(&scene.verifier, &WalletVerifier::checked, &scene.verifier, &WalletVerifier::stop);
        QVERIFY(scene.verify({"w1", "w2", "w3"}).error().code == ErrorCode::Cancelled);
        QVERIFY(scene.verdicts == std::vector<std::string>{"w1 ok"});
        QVERIFY(!scene.verifier.isRunning());
        QVERIFY(scene.checks.find("w1")->has_value());
    }

    void oneRunAtATime()
    {
        VerifyScene scene;
        scene.delegate("w1");
        bool isOver = false;
        scene.verifier.verify({"w1"}, [&](const Status&) { isOver = true; });
        QVERIFY(scene.verify({"w1"}).error().code == ErrorCode::Busy);
        QVERIFY(waitUntil([&] { return isOver; }, patienceMs));
        QVERIFY(scene.verify({}).has_value());
    }

    void whatIsMissingIsSaid()
    {
        VerifyScene scene;
        QVERIFY(scene.verify({"nobody"}).error().code == ErrorCode::NotFound);
        scene.script.hasToken = false;
        QVERIFY(scene.verify({"w1"}).error().code == ErrorCode::InvalidInput);
    }
};

COUNTERSIGN_GUILESS_TEST(WalletVerifierTest)
#include "WalletVerifier_test.moc"
