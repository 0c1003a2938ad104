#include "core/revocation/proof/RevocationProof.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/reporting/DeskKey.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct ProofScene : RevocationScene
{
    ed25519::PublicKey deskKey()
    {
        const auto hex = deskPublicKey(*profile.database, *profile.vault, audit, profile.clock);
        const auto bytes = fromHex(*hex);
        ed25519::PublicKey key{};
        std::ranges::copy(*bytes, key.begin());
        return key;
    }
    std::string proofOf(const std::string& id)
    {
        return *makeRevocationProof(*profile.database, *profile.vault, audit, profile.clock, load(id));
    }
};

}  // namespace

class RevocationProofTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatHappened()
    {
        ProofScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const auto statement = verifyRevocationProof(scene.proofOf(id), scene.deskKey());
        QVERIFY(statement.has_value());
        QVERIFY(statement->at("id") == Json(id));
        QVERIFY(statement->at("reason") == Json("lost laptop"));
        QVERIFY(statement->contains("startedAt") && statement->contains("endedAt"));
        const Json& wallet = statement->at("wallets").at(0);
        QVERIFY(wallet.at("walletId") == Json(evmWalletId));
        QVERIFY(wallet.at("address") == Json(toText(scene.evmKey.address)));
        QVERIFY(wallet.at("chain") == Json("EVM"));
        QVERIFY(wallet.at("shareSetIds") == Json::array({"set-1"}));
        QVERIFY(wallet.at("atDynamic") == Json("revoked"));
        QVERIFY(wallet.at("httpStatus") == Json(204));
        QVERIFY(wallet.at("answeredAt").is_string() && wallet.at("materialDestroyedAt").is_string());
        QVERIFY(statement->at("remaining") == (Json{{"active", 1}, {"walletIds", {solanaWalletId}}}));
        const auto newest = scene.audit.page(0, 1);
        QVERIFY(statement->at("audit").at("seq").get<std::int64_t>() <= newest->front().seq);
        QVERIFY(!statement->at("audit").at("hash").get<std::string>().empty());
    }

    void neverMoreThanHappened()
    {
        ProofScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 0));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, true));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const auto statement = verifyRevocationProof(scene.proofOf(id), scene.deskKey());
        QVERIFY(!statement->contains("endedAt"));
        const Json& wallet = statement->at("wallets").at(0);
        QVERIFY(wallet.at("atDynamic") == Json("pending"));
        QVERIFY(wallet.at("httpStatus").is_null() && wallet.at("answeredAt").is_null());
        QVERIFY(wallet.at("materialDestroyedAt").is_string());
    }

    void isOfThisDeskAlone()
    {
        ProofScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const std::string proof = scene.proofOf(id);
        ed25519::PublicKey other = scene.deskKey();
        other[5] ^= 1;
        QVERIFY(!verifyRevocationProof(proof, other).has_value());
        const auto key = scene.deskKey();
        for (int i = 0; i < 300; ++i) {
            std::string changed = proof;
            const auto at = QRandomGenerator::global()->bounded(static_cast<quint32>(changed.size()));
            changed[at] = static_cast<char>(changed[at] ^ (1 << QRandomGenerator::global()->bounded(7)));
            const auto read = verifyRevocationProof(changed, key);
            // Members that nothing signs (keyid) may change; what is signed may not.
            QVERIFY2(!read || *read == *verifyRevocationProof(proof, key), changed.c_str());
        }
    }

    void isNoOtherEnvelope()
    {
        ProofScene scene;
        const auto seed =
            deskSeed(*scene.profile.database, *scene.profile.vault, scene.audit, scene.profile.clock);
        const auto envelope = signDsse(jobEventPayloadType, asBytes(std::string_view("{}")), *seed);
        const auto read = verifyRevocationProof(*envelope, scene.deskKey());
        QVERIFY(!read && read.error().code == ErrorCode::InvalidInput);
        for (const char* text : {"", "{}", "[]", "null", "{\"payload\":1}"}) {
            QVERIFY(!verifyRevocationProof(text, scene.deskKey()).has_value());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationProofTest)
#include "RevocationProof_test.moc"
