#include "core/signing/broadcast/SolanaBroadcastStrategy.h"

#include "core/base/encoding/Base58.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"
#include "tests/unit/signing/broadcast/StrategyScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

using Outcome = BroadcastOutcome;
using Commitment = SolanaStatus::Commitment;

constexpr UnixMillis lifetime = 90'000;

std::optional<SolanaStatus> seen(Commitment commitment, std::optional<std::string> error = {})
{
    return SolanaStatus{77, commitment, std::move(error)};
}

struct SolanaStrategyScene : StrategyScene
{
    SolanaScript solana;

    explicit SolanaStrategyScene(const SolanaMessage& message = test::plainMessage())
    {
        job.kind = JobKind::SolanaTransaction;
        job.signedTransaction = solana::parseTransactionOrMessage(solana::serialize(message))->serialize();
        job.hash = "hash";
        services.clock = &clock;
        services.solanaRpc = [this]() -> Result<std::unique_ptr<SolanaRpc>> {
            if (!hasNode) {
                return failure(scripted(ErrorCode::InvalidInput, "no node"));
            }
            return std::make_unique<FakeSolanaRpc>(this->solana);
        };
        solana.send.always = job.hash;
        solana.status.always = std::optional<SolanaStatus>();
        solana.blockhashValid.always = true;
        strategy = std::make_unique<SolanaBroadcastStrategy>(job, services);
    }

    void connect() { QVERIFY(strategy->connect().has_value()); }

    /// Its first instruction is AdvanceNonceAccount (System program, 4).
    static SolanaMessage durable()
    {
        SolanaMessage message;
        message.requiredSignatures = 1;
        message.readonlyUnsigned = 2;
        message.accountKeys = {test::addressNumber(1), test::addressNumber(3),
                               *parseSolanaAddress("SysvarRecentB1ockHashes11111111111111111111"),
                               SolanaAddress{}};
        message.recentBlockhash.fill(9);
        message.instructions = {{3, {1, 2, 0}, {4, 0, 0, 0}}};
        return message;
    }
};

}  // namespace

class SolanaBroadcastStrategyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectsToTheConfiguredNode()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.hasNode = false;
        QCOMPARE(scene.strategy->connect().error().detail, QStringLiteral("no node"));
        scene.job.signedTransaction = {1, 2, 3};
        QVERIFY(!SolanaBroadcastStrategy(scene.job, scene.services).connect().has_value());
    }

    void whatANodeTakesIsSent()
    {
        SolanaStrategyScene scene;
        scene.connect();
        QVERIFY(is<Outcome::Sent>(scene.send()));
        scene.solana.send.always = std::string();  // processed already
        QVERIFY(is<Outcome::Sent>(scene.send()));
        QCOMPARE(scene.solana.sent, std::vector<Bytes>(2, scene.job.signedTransaction));
    }

    void everyVersionIsSent()
    {
        for (const SolanaMessage& message :
             {test::plainMessage(), test::lookupMessage(), test::v1Message()}) {
            SolanaStrategyScene scene(message);
            scene.connect();
            QVERIFY(is<Outcome::Sent>(scene.send()));
            QCOMPARE(scene.solana.sent, std::vector<Bytes>{scene.job.signedTransaction});
        }
    }

    void anotherSignatureOrSilenceIsNoRefusal()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.send.always = std::string("another");
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).detail, QStringLiteral("another"));
        scene.solana.send.always = failure(scripted(ErrorCode::Network));
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).code, ErrorCode::Network);
        QCOMPARE(scene.solana.status.asked, 0);
    }

    void aRefusalIsLookedInto()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.send.always = failure(scripted(ErrorCode::InvalidInput, "preflight"));
        scene.solana.blockhashValid.always = false;
        QCOMPARE(errorOf<Outcome::Refused>(scene.send()).detail, QStringLiteral("preflight"));
        QCOMPARE(scene.solana.blockhashValid.asked, 0);  // a lagging node does not know a new one
        scene.solana.status.always = seen(Commitment::Processed);
        QVERIFY(is<Outcome::Sent>(scene.send()));
        scene.solana.status.always = failure(scripted(ErrorCode::Timeout));
        QCOMPARE(errorOf<Outcome::NotTaken>(scene.send()).code, ErrorCode::Timeout);
    }

    void aRefusalAfterItsLifetimeIsTheEnd()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.send.always = failure(scripted(ErrorCode::InvalidInput, "preflight"));
        const UnixMillis since = scene.clock.now() - lifetime - 1;
        QCOMPARE(errorOf<Outcome::Refused>(scene.send(since)).detail, QStringLiteral("preflight"));
        scene.solana.blockhashValid.always = failure(scripted(ErrorCode::Timeout));
        QCOMPARE(errorOf<Outcome::Refused>(scene.send(since)).detail, QStringLiteral("preflight"));
        scene.solana.blockhashValid.always = false;
        QCOMPARE(errorOf<Outcome::Failed>(scene.send(since)).detail,
                 QString::fromStdString(toBase58(Bytes(32, 9))));
        // Executed between the questions.
        scene.solana.status.next = {std::optional<SolanaStatus>(), seen(Commitment::Finalized)};
        QVERIFY(is<Outcome::Confirmed>(scene.send(since)));
    }

    void commitmentDecides()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.status.always = seen(Commitment::Processed);
        const auto pending = scene.look();
        QVERIFY(is<Outcome::StillPending>(pending));
        QCOMPARE(*pending.progress, BroadcastProgress{.commitment = Commitment::Processed});
        for (const Commitment commitment : {Commitment::Confirmed, Commitment::Finalized}) {
            scene.solana.status.always = seen(commitment);
            const auto outcome = scene.look();
            QCOMPARE(std::get<Outcome::Confirmed>(outcome.verdict).note, std::string("slot 77"));
            QCOMPARE(outcome.progress->commitment, std::optional(commitment));
        }
    }

    /// A fork that is given up takes its failure along.
    void aFailureCountsWhenItIsConfirmed()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.status.always = seen(Commitment::Processed, "err");
        QVERIFY(is<Outcome::StillPending>(scene.look()));
        scene.solana.status.always = seen(Commitment::Confirmed, "err");
        QCOMPARE(errorOf<Outcome::Failed>(scene.look()).detail, QStringLiteral("err"));
    }

    void whatIsUnknownIsSentAgainInItsLifetime()
    {
        SolanaStrategyScene scene;
        scene.connect();
        const auto outcome = scene.look();
        QVERIFY(is<Outcome::Forgotten>(outcome));
        QCOMPARE(*outcome.progress, BroadcastProgress{});
        scene.solana.blockhashValid.always = false;
        QVERIFY(is<Outcome::Forgotten>(scene.look(scene.clock.now() - lifetime)));
        scene.solana.blockhashValid.always = true;
        QVERIFY(is<Outcome::Forgotten>(scene.look(scene.clock.now() - lifetime - 1)));
    }

    void afterItsLifetimeItIsLookedAtForTheLastTime()
    {
        SolanaStrategyScene scene;
        scene.connect();
        const UnixMillis since = scene.clock.now() - lifetime - 1;
        scene.solana.blockhashValid.always = false;
        QCOMPARE(errorOf<Outcome::Failed>(scene.look(since)).detail,
                 QString::fromStdString(toBase58(Bytes(32, 9))));
        QCOMPARE(scene.solana.status.asked, 2);
        scene.solana.status.next = {std::optional<SolanaStatus>(), seen(Commitment::Confirmed)};
        QVERIFY(is<Outcome::Confirmed>(scene.look(since)));
        scene.solana.status.next = {std::optional<SolanaStatus>(), failure(scripted(ErrorCode::Network))};
        QCOMPARE(errorOf<Outcome::Unreachable>(scene.look(since)).code, ErrorCode::Network);
    }

    void aDurableNonceHasNoSuchEnd()
    {
        SolanaStrategyScene scene(SolanaStrategyScene::durable());
        scene.connect();
        scene.solana.blockhashValid.always = false;
        const UnixMillis since = scene.clock.now() - 10 * lifetime;
        QVERIFY(is<Outcome::Forgotten>(scene.look(since)));
        scene.solana.send.always = failure(scripted(ErrorCode::InvalidInput, "preflight"));
        QCOMPARE(errorOf<Outcome::Refused>(scene.send(since)).detail, QStringLiteral("preflight"));
        QCOMPARE(scene.solana.blockhashValid.asked, 0);
    }

    void everyQuestionMayMeetSilence()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.status.next = {failure(scripted(ErrorCode::Timeout))};
        const auto outcome = scene.look();
        QCOMPARE(errorOf<Outcome::Unreachable>(outcome).code, ErrorCode::Timeout);
        QVERIFY(!outcome.progress);
        scene.solana.blockhashValid.next = {failure(scripted(ErrorCode::Timeout))};
        QCOMPARE(errorOf<Outcome::Unreachable>(scene.look()).code, ErrorCode::Timeout);
    }

    void withItTheQuestionGoes()
    {
        SolanaStrategyScene scene;
        scene.connect();
        scene.solana.status.isSilent = true;
        scene.strategy->look(0, [](const Outcome&) { QFAIL("answered"); });
        QCOMPARE(scene.solana.status.held, 1);
        scene.strategy.reset();
        QCOMPARE(scene.solana.status.held, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(SolanaBroadcastStrategyTest)
#include "SolanaBroadcastStrategy_test.moc"
