#include "core/rpc/SolanaRpcAnswers.h"

#include "core/base/encoding/Base58.h"
#include "tests/support/TestProgram.h"

#include <QTest>

#include <limits>

using namespace countersign;
using namespace countersign::solana_rpc;

namespace {

const std::string solanaRpcAnswersBlockhash = toBase58(Bytes(32, 0xab));
const std::string solanaRpcAnswersSignature = toBase58(Bytes(64, 0xcd));

Json valued(const Json& value)
{
    return {{"context", {{"slot", 5}}}, {"value", value}};
}

Json statusJson()
{
    return {{"slot", 48U}, {"confirmations", 3}, {"err", nullptr}, {"confirmationStatus", "confirmed"}};
}

Json accountJson()
{
    return {{"data", {"AQID", "base64"}},
            {"executable", true},
            {"lamports", 1461600U},
            {"owner", solanaRpcAnswersBlockhash},
            {"space", 3U},
            {"rentEpoch", std::numeric_limits<std::uint64_t>::max()}};
}

bool solanaRpcAnswersIsBroken(const auto& result)
{
    return !result && result.error().code == ErrorCode::Network && !result.error().detail.isEmpty();
}

Result<std::optional<SolanaStatus>> statusWith(const char* member, const Json& value)
{
    Json json = statusJson();
    json[member] = value;
    return readStatus(valued(Json::array({json})));
}

}  // namespace

class SolanaRpcAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBlockhashes()
    {
        const Json good = {{"blockhash", solanaRpcAnswersBlockhash}, {"lastValidBlockHeight", 3090U}};
        const auto read = readBlockhash(valued(good));
        QCOMPARE(read->blockhash, solanaRpcAnswersBlockhash);
        QVERIFY(read->lastValidBlockHeight == 3090U);
        for (const Json& bad : {Json(), Json(1), Json(""), Json(solanaRpcAnswersSignature),
                                Json(toBase58(Bytes(31, 1))), Json(std::string(1000, 'z')), Json("0OIl")}) {
            Json json = good;
            json["blockhash"] = bad;
            QVERIFY2(solanaRpcAnswersIsBroken(readBlockhash(valued(json))), dumpJson(bad).c_str());
        }
        for (const Json& bad : {Json(), Json(-1), Json(1.5), Json("3090")}) {
            Json json = good;
            json["lastValidBlockHeight"] = bad;
            const auto without = readBlockhash(valued(json));  // nobody needs it
            QVERIFY2(
                without && without->blockhash == solanaRpcAnswersBlockhash && !without->lastValidBlockHeight,
                dumpJson(bad).c_str());
        }
        QVERIFY(solanaRpcAnswersIsBroken(readBlockhash(good)));
        QVERIFY(solanaRpcAnswersIsBroken(readBlockhash(valued(Json::array({solanaRpcAnswersBlockhash})))));
        QVERIFY(solanaRpcAnswersIsBroken(readBlockhash(nullptr)));
    }

    void readsValidity()
    {
        QVERIFY(*readIsValid(valued(true)));
        QVERIFY(!*readIsValid(valued(false)));
        for (const Json& bad : {valued(nullptr), valued(1), valued("true"), Json(true), Json()}) {
            QVERIFY2(solanaRpcAnswersIsBroken(readIsValid(bad)), dumpJson(bad).c_str());
        }
    }

    void readsSignatures()
    {
        QCOMPARE(*readSignature(solanaRpcAnswersSignature), solanaRpcAnswersSignature);
        for (const Json& bad : {Json(), Json(solanaRpcAnswersBlockhash), Json(""), Json(5),
                                Json(solanaRpcAnswersSignature + "1"), Json(std::string(2000, '1'))}) {
            QVERIFY2(solanaRpcAnswersIsBroken(readSignature(bad)), dumpJson(bad).c_str());
        }
    }

    void readsStatuses()
    {
        using Commitment = SolanaStatus::Commitment;
        QVERIFY(!readStatus(valued(Json::array({nullptr})))->has_value());
        const auto status = *readStatus(valued(Json::array({statusJson()})));
        QVERIFY(status.has_value());
        QCOMPARE(status->slot, std::uint64_t{48});
        QVERIFY(status->commitment == Commitment::Confirmed);
        QVERIFY(!status->error);
        QVERIFY((*statusWith("confirmationStatus", "processed"))->commitment == Commitment::Processed);
        QVERIFY((*statusWith("confirmationStatus", "finalized"))->commitment == Commitment::Finalized);
        QVERIFY((*statusWith("confirmationStatus", nullptr))->commitment == Commitment::Processed);
        Json old = statusJson();
        old.erase("confirmationStatus");
        old["confirmations"] = nullptr;
        QVERIFY((*readStatus(valued(Json::array({old}))))->commitment == Commitment::Finalized);
        const auto failed = *statusWith("err", {{"InstructionError", {0, {{"Custom", 1}}}}});
        QCOMPARE(*failed->error, std::string(R"({"InstructionError":[0,{"Custom":1}]})"));
        QVERIFY((*statusWith("err", std::string(5000, 'e')))->error->size() < 600);
    }

    void refusesBrokenStatuses()
    {
        QVERIFY(solanaRpcAnswersIsBroken(statusWith("confirmationStatus", "certain")));
        QVERIFY(solanaRpcAnswersIsBroken(statusWith("confirmationStatus", 3)));
        QVERIFY(solanaRpcAnswersIsBroken(statusWith("slot", nullptr)));
        QVERIFY(solanaRpcAnswersIsBroken(statusWith("slot", -1)));
        Json without = statusJson();
        without.erase("err");
        QVERIFY(solanaRpcAnswersIsBroken(readStatus(valued(Json::array({without})))));
        for (const Json& bad :
             {valued(nullptr), valued(Json::array()), valued(Json::array({nullptr, nullptr})),
              valued(Json::array({5})), valued(statusJson()), Json::array(), Json()}) {
            QVERIFY2(solanaRpcAnswersIsBroken(readStatus(bad)), dumpJson(bad).c_str());
        }
    }

    void readsAccounts()
    {
        QVERIFY(!readAccount(valued(nullptr))->has_value());
        const auto account = **readAccount(valued(accountJson()));
        QVERIFY(account == (SolanaAccount{solanaRpcAnswersBlockhash, 1461600, true, {1, 2, 3}}));
        Json plain = accountJson();
        plain.erase("space");  // older nodes do not tell it
        plain.erase("rentEpoch");
        plain["data"] = {"", "base64"};
        plain["executable"] = false;
        plain["lamports"] = std::numeric_limits<std::uint64_t>::max();
        QVERIFY(
            **readAccount(valued(plain)) ==
            (SolanaAccount{solanaRpcAnswersBlockhash, std::numeric_limits<std::uint64_t>::max(), false, {}}));
    }

    void refusesBrokenAccounts()
    {
        const auto with = [](const char* member, const Json& value) {
            Json json = accountJson();
            json[member] = value;
            return readAccount(valued(json));
        };
        for (const Json& bad :
             {Json(), Json(""), Json("AQID"), Json({"AQID"}), Json({"AQID", "base58"}),
              Json({"base64", "AQID"}), Json({"AQID", "base64", "base64"}), Json({1, "base64"}),
              Json({nullptr, "base64"}), Json({"AQI", "base64"}), Json({"AQ ID", "base64"}),
              Json({"AQID", "base64+zstd"}), Json({"AQIDBA==", "base64"}), Json({{"parsed", 1}})}) {
            QVERIFY2(solanaRpcAnswersIsBroken(with("data", bad)), dumpJson(bad).c_str());
        }
        for (const Json& bad : {Json(), Json(5), Json(""), Json(solanaRpcAnswersSignature),
                                Json(toBase58(Bytes(31, 1))), Json(std::string(5000, '1'))}) {
            QVERIFY2(solanaRpcAnswersIsBroken(with("owner", bad)), dumpJson(bad).c_str());
        }
        for (const Json& bad : {Json(), Json(-1), Json(1.5), Json("1")}) {
            QVERIFY2(solanaRpcAnswersIsBroken(with("lamports", bad)), dumpJson(bad).c_str());
            QVERIFY2(solanaRpcAnswersIsBroken(with("space", bad)), dumpJson(bad).c_str());
        }
        QVERIFY(solanaRpcAnswersIsBroken(with("space", 4U)));
        for (const Json& bad : {Json(), Json(0), Json("false")}) {
            QVERIFY2(solanaRpcAnswersIsBroken(with("executable", bad)), dumpJson(bad).c_str());
        }
        for (const char* member : {"data", "owner", "lamports", "executable"}) {
            Json json = accountJson();
            json.erase(member);
            QVERIFY2(solanaRpcAnswersIsBroken(readAccount(valued(json))), member);
        }
        for (const Json& bad : {Json(), accountJson(), valued(5), valued(Json::array({accountJson()}))}) {
            QVERIFY2(solanaRpcAnswersIsBroken(readAccount(bad)), dumpJson(bad).c_str());
        }
    }

    void readsLamports()
    {
        QCOMPARE(*readLamports(2039280U), std::uint64_t{2039280});
        for (const Json& bad : {Json(), Json(-1), Json(1.5), Json("2039280"), valued(2039280U)}) {
            QVERIFY2(solanaRpcAnswersIsBroken(readLamports(bad)), dumpJson(bad).c_str());
        }
    }

    void recognisesProcessedTransactions()
    {
        const auto saying = [](const char* message, const char* data) {
            return isAlreadyProcessed({-32002, QString::fromLatin1(message), QString::fromLatin1(data)});
        };
        QVERIFY(saying("Transaction simulation failed: This transaction has already been processed", ""));
        QVERIFY(saying("Transaction simulation failed",
                       R"({"accounts":null,"err":"AlreadyProcessed","logs":[]})"));
        QVERIFY(
            !saying("Transaction simulation failed: Blockhash not found", R"({"err":"BlockhashNotFound"})"));
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaRpcAnswersTest)
#include "SolanaRpcAnswers_test.moc"
