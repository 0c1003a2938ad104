#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/oracles/Web3.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

using namespace countersign;

// Why: @solana/web3.js made most of the transactions that will ever be signed here. It makes some for us, of
// every kind, and reads ours: both readers must see the same accounts, flags, instructions and signatures.

namespace {

constexpr int caseCount = 400;

Json numbersOf(const std::vector<std::uint8_t>& indexes)
{
    Json numbers = Json::array();
    for (const std::uint8_t index : indexes) {
        numbers.push_back(index);
    }
    return numbers;
}

/// What solana.mjs calls a view, in the same order.
Json viewOf(const SolanaTransaction& transaction)
{
    const SolanaMessage& message = transaction.message;
    Json keys = Json::array();
    Json instructions = Json::array();
    Json lookups = Json::array();
    Json signer = Json::array();
    Json writable = Json::array();
    Json isSigned = Json::array();
    for (const SolanaAddress& key : message.accountKeys) {
        keys.push_back(toText(key));
    }
    for (const SolanaInstruction& instruction : message.instructions) {
        instructions.push_back({{"program", instruction.programIdIndex},
                                {"accounts", numbersOf(instruction.accounts)},
                                {"dataBase64", toBase64(instruction.data)}});
    }
    for (const SolanaLookup& lookup : message.lookups) {
        lookups.push_back({{"table", toText(lookup.table)},
                           {"writable", numbersOf(lookup.writable)},
                           {"readonly", numbersOf(lookup.readonly)}});
    }
    for (std::size_t i = 0; i < message.accountCount(); ++i) {
        signer.push_back(message.isSigner(i));
        writable.push_back(message.isWritable(i));
    }
    for (std::size_t i = 0; i < transaction.signatures.size(); ++i) {
        isSigned.push_back(transaction.isSigned(i));
    }
    return {{"version", message.version ? Json(*message.version) : Json("legacy")},
            {"header", {message.requiredSignatures, message.readonlySigned, message.readonlyUnsigned}},
            {"keys", keys},
            {"blockhash", toBase58(message.recentBlockhash)},
            {"instructions", instructions},
            {"lookups", lookups},
            {"signer", signer},
            {"writable", writable},
            {"signed", isSigned}};
}

Bytes bytesOf(const Json& test, const char* member)
{
    return *fromBase64(test[member].get<std::string>());
}

/// Signs for everybody who has not; where nobody has and the blockhash is open, that is filled in first.
Status complete(SolanaTransaction& transaction, const Json& keyPairs)
{
    if (transaction.isBlockhashOpen() &&
        transaction.missingSigners().size() == transaction.signatures.size()) {
        SolanaAddress blockhash;
        blockhash.fill(0x5a);
        transaction = *transaction.withBlockhash(blockhash);
    }
    for (const Json& pair : keyPairs) {
        const SolanaAddress address = *parseSolanaAddress(pair["address"].get<std::string>());
        if (transaction.isSigned(*transaction.signerIndex(address))) {
            continue;
        }
        const SecretBytes seed = *secretFromHex(pair["seedHex"].get<std::string>());
        const auto placed =
            transaction.placeSignature(address, *ed25519::sign(seed, transaction.messageBytes));
        if (!placed) {
            return placed;
        }
    }
    return {};
}

}  // namespace

class SolanaByWeb3Test : public QObject
{
    Q_OBJECT

    testing::Web3 m_web3;
    Json m_cases;

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_web3.isInstalled()) {
            QSKIP(testing::Web3::reason());
        }
        const Json made = m_web3.ask(
            "make", {{"seed", QRandomGenerator::global()->bounded(1'000'000)}, {"count", caseCount}});
        QVERIFY2(made.is_object(), "solana.mjs failed");
        m_cases = made["cases"];
        QCOMPARE(m_cases.size(), std::size_t{caseCount});
    }

    void seesWhatWeb3Sees()
    {
        int versions = 0;
        int lookups = 0;
        int partial = 0;
        for (const Json& test : m_cases) {
            const std::string name = test["name"].get<std::string>();
            const Bytes bytes = bytesOf(test, "transactionBase64");
            const auto transaction = solana::parseTransaction(bytes);
            QVERIFY2(transaction.has_value(), name.c_str());
            QVERIFY2(viewOf(*transaction) == test["view"], name.c_str());
            QVERIFY2(transaction->messageBytes == bytesOf(test, "messageBase64"), name.c_str());
            QVERIFY2(transaction->serialize() == bytes, name.c_str());
            QVERIFY2(solana::serialize(transaction->message) == transaction->messageBytes, name.c_str());
            QVERIFY2(transaction->verifyPresentSignatures().has_value(), name.c_str());
            QVERIFY2(*solana::parseTransactionOrMessage(bytes) == *transaction, name.c_str());
            QVERIFY2(solana::looksLikeTransaction(transaction->messageBytes), name.c_str());
            const std::size_t missing = transaction->missingSigners().size();
            versions += transaction->message.version ? 1 : 0;
            lookups += transaction->message.lookups.empty() ? 0 : 1;
            partial += missing > 0 && missing < transaction->signatures.size() ? 1 : 0;
        }
        // All kinds have come up.
        QVERIFY(versions > 0 && versions < caseCount && lookups > 0 && partial > 0);
    }

    void takesBareMessages()
    {
        for (const Json& test : m_cases) {
            const auto transaction = solana::parseTransactionOrMessage(bytesOf(test, "messageBase64"));
            QVERIFY2(transaction.has_value(), test["name"].get<std::string>().c_str());
            Json view = test["view"];
            for (Json& isSigned : view["signed"]) {
                isSigned = false;
            }
            QVERIFY2(viewOf(*transaction) == view, test["name"].get<std::string>().c_str());
        }
    }

    void recognisesDurableNonces()
    {
        int found = 0;
        for (const Json& test : m_cases) {
            const auto transaction = *solana::parseTransaction(bytesOf(test, "transactionBase64"));
            const Json& first = test["view"]["instructions"][0];
            const bool isSystem = test["view"]["keys"][first["program"].get<std::size_t>()] ==
                                  "11111111111111111111111111111111";
            const bool isAdvance = isSystem && first["dataBase64"] == "BAAAAA==";
            QVERIFY2(transaction.usesDurableNonce() == isAdvance, test["name"].get<std::string>().c_str());
            found += isAdvance ? 1 : 0;
        }
        QVERIFY(found > 0);
    }

    /// With one signature altered web3.js must say so, or its judgement would mean nothing.
    void completesTransactionsForWeb3()
    {
        Json request = {{"transactions", Json::array()}};
        std::vector<SolanaTransaction> completed;
        for (const Json& test : m_cases) {
            SolanaTransaction transaction = *solana::parseTransaction(bytesOf(test, "transactionBase64"));
            QVERIFY2(complete(transaction, test["keyPairs"]).has_value(),
                     test["name"].get<std::string>().c_str());
            QVERIFY(transaction.missingSigners().empty());
            request["transactions"].push_back(
                {{"name", test["name"]}, {"base64", toBase64(transaction.serialize())}});
            completed.push_back(transaction);
        }
        SolanaTransaction altered = completed.front();
        altered.signatures[0][40] ^= 1;
        QVERIFY(!altered.verifyPresentSignatures());
        request["transactions"].push_back({{"name", "altered"}, {"base64", toBase64(altered.serialize())}});

        const Json verdicts = m_web3.ask("judge", request)["verdicts"];
        QCOMPARE(verdicts.size(), completed.size() + 1);
        for (std::size_t i = 0; i < completed.size(); ++i) {
            const Json& verdict = verdicts[i];
            const std::string name = verdict["name"].get<std::string>();
            QVERIFY2(verdict["view"] == viewOf(completed[i]), name.c_str());
            QVERIFY2(bytesOf(verdict, "rewrittenBase64") == completed[i].serialize(), name.c_str());
            for (const Json& verified : verdict["verified"]) {
                QVERIFY2(verified == true, name.c_str());
            }
            QVERIFY2(verdict.value("legacyVerified", true), name.c_str());
        }
        QVERIFY(verdicts.back()["verified"][0] == false);
    }
};

COUNTERSIGN_GUILESS_TEST(SolanaByWeb3Test)
#include "SolanaByWeb3_test.moc"
