#include "core/meaning/KnownLists.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <functional>
#include <set>

using namespace countersign;
using namespace countersign::meaning;

namespace {

constexpr const char* usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
const std::string usdcInLowerCase = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
constexpr const char* solanaUsdc = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
constexpr const char* permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";

/// A file of each kind, small and right; the tests change one thing each.
struct Files
{
    Json chains = file(Json::array({{{"chain", "eip155:1"},
                                     {"name", "Ethereum"},
                                     {"symbol", "ETH"},
                                     {"decimals", 18},
                                     {"coinType", 60},
                                     {"isTestnet", false},
                                     {"sources", {"a"}}},
                                    {{"chain", std::string(solanaMainnet)},
                                     {"name", "Solana"},
                                     {"symbol", "SOL"},
                                     {"decimals", 9},
                                     {"isTestnet", false},
                                     {"sources", {"a", "b"}}}}));
    Json tokens = file(Json::array({{{"chain", "eip155:1"},
                                     {"address", usdc},
                                     {"symbol", "USDC"},
                                     {"name", "USD Coin"},
                                     {"decimals", 6},
                                     {"sources", {"b"}}}}));
    Json contracts = file(Json::array({{{"chain", "eip155"},
                                        {"address", permit2},
                                        {"name", "Permit2"},
                                        {"kind", "permit2"},
                                        {"sources", {"a"}}}}));

    static Json file(const Json& entries)
    {
        return {{"date", "2026-11-30"},
                {"about", "For tests."},
                {"sources", Json::array({{{"id", "a"}, {"name", "A"}, {"url", "https://a.example"}},
                                         {{"id", "b"}, {"name", "B"}, {"url", "https://b.example"}}})},
                {"entries", entries}};
    }
    Json& token() { return tokens["entries"][0]; }

    Result<KnownLists> parse() const
    {
        return KnownLists::parse(dumpJson(chains), dumpJson(tokens), dumpJson(contracts));
    }
    QString fault() const
    {
        const auto lists = parse();
        if (lists) {
            return {};
        }
        return lists.error().code == ErrorCode::InvalidInput ? lists.error().detail
                                                             : QStringLiteral("another error");
    }
};

Json builtinFile(const char* name)
{
    (void)KnownLists::builtin();  // links the resource
    QFile file(QStringLiteral(":/lists/%1.json").arg(QLatin1String(name)));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    const auto json = parseJson(isOpen ? file.readAll().toStdString() : std::string(),
                                {.maxBytes = 1024 * 1024, .maxValues = 100'000});
    return json.value_or(Json());
}

}  // namespace

class KnownListsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses()
    {
        const auto lists = Files().parse();
        QVERIFY(lists);
        QCOMPARE(lists->chain("eip155:1")->name, std::string("Ethereum"));
        QCOMPARE(lists->evmChain(1)->coinType, 60U);
        QCOMPARE(lists->chain(solanaMainnet)->decimals, 9);
        QVERIFY(lists->chain("eip155") == nullptr);
        QVERIFY(lists->evmChain(2) == nullptr);
        QCOMPARE(lists->sources().size(), 3U);
        QCOMPARE(lists->sources()[1].name, std::string("tokens 2026-11-30"));
        QCOMPARE(lists->sources()[1].sha256.size(), 64U);
    }

    void findsEvmAddressesInAnyCase()
    {
        const KnownLists lists = *Files().parse();
        for (const std::string& address :
             {std::string(usdc), usdcInLowerCase, "0X" + usdcInLowerCase.substr(2)}) {
            QVERIFY(lists.token("eip155:1", address) != nullptr);
        }
        QCOMPARE(lists.token("eip155:1", usdcInLowerCase)->address, std::string(usdc));
        QVERIFY(lists.token("eip155:10", usdc) == nullptr);
        QVERIFY(lists.token("eip155", usdc) == nullptr);
        QVERIFY(lists.token("eip155:1", usdcInLowerCase.substr(2)) == nullptr);
        // Base58 has two letters for each letter.
        const KnownLists& builtin = KnownLists::builtin();
        QVERIFY(builtin.token(solanaMainnet, solanaUsdc) != nullptr);
        QVERIFY(builtin.token(solanaMainnet, QByteArray(solanaUsdc).toLower().toStdString()) == nullptr);
    }

    void aContractOfEveryChainIsOneOfEach()
    {
        const KnownLists lists = *Files().parse();
        QVERIFY(lists.contract("eip155:1", permit2) != nullptr);
        QVERIFY(lists.contract("eip155:4711", permit2) != nullptr);
        QVERIFY(lists.contract("eip155", permit2) != nullptr);
        QVERIFY(lists.contract("eip1559:1", permit2) == nullptr);
        QVERIFY(lists.contract(solanaMainnet, permit2) == nullptr);
    }

    void whatIsAddedDoesNotRename()
    {
        KnownLists lists = *Files().parse();
        lists.add(KnownToken{"eip155:1", usdcInLowerCase, "EVIL", "Evil", 0});
        QCOMPARE(lists.token("eip155:1", usdc)->symbol, std::string("USDC"));
        lists.add(KnownToken{"eip155:1", permit2, "NEW", "New", 3});
        QCOMPARE(lists.token("eip155:1", permit2)->decimals, 3);
        lists.add(KnownContract{"eip155", usdc, "Somewhere", "weth"});
        QCOMPARE(lists.contract("eip155:5", usdcInLowerCase)->name, std::string("Somewhere"));
    }

    void refusesWhatIsNotInItsForm_data()
    {
        using Change = std::function<void(Files&)>;
        QTest::addColumn<std::function<void(Files&)>>("change");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char* name, const Change& change, const char* fault) {
            QTest::newRow(name) << change << QString::fromLatin1(fault);
        };
        row(
            "nothing", [](Files&) {}, "");
        row(
            "no date", [](Files& f) { f.chains["date"] = "2026-11-31"; }, "chains.date");
        row(
            "no text about it", [](Files& f) { f.chains.erase("about"); }, "chains.about");
        row(
            "unknown member", [](Files& f) { f.chains["x"] = 1; }, "chains: a member too many");
        row(
            "unknown member of an entry", [](Files& f) { f.token()["x"] = 1; }, "tokens[0]: a member");
        row(
            "unknown member of a source", [](Files& f) { f.tokens["sources"][0]["x"] = 1; },
            "tokens.sources[0]: a");
        row(
            "source twice", [](Files& f) { f.tokens["sources"][1]["id"] = "a"; }, "tokens.sources[1].id");
        row(
            "source without a page", [](Files& f) { f.tokens["sources"][1]["url"] = "ftp"; },
            "tokens.sources[1].url");
        row(
            "no source", [](Files& f) { f.token()["sources"] = Json::array(); }, "tokens[0].sources");
        row(
            "another's source", [](Files& f) { f.token()["sources"] = {"c"}; }, "tokens[0].sources");
        row(
            "entries no array", [](Files& f) { f.tokens["entries"] = Json::object(); }, "tokens.entries");
        row(
            "entry no object", [](Files& f) { f.token() = "x"; }, "tokens[0]");
        row(
            "member missing", [](Files& f) { f.token().erase("name"); }, "tokens[0].name");
        row(
            "text a number", [](Files& f) { f.token()["symbol"] = 1; }, "tokens[0].symbol");
        row(
            "empty text", [](Files& f) { f.token()["symbol"] = ""; }, "tokens[0].symbol");
        row(
            "hidden characters", [](Files& f) { f.token()["symbol"] = "US\u200bDC"; }, "tokens[0].symbol");
        row(
            "blank at the end", [](Files& f) { f.token()["symbol"] = "USDC "; }, "tokens[0].symbol");
        row(
            "long name", [](Files& f) { f.token()["name"] = std::string(81, 'a'); }, "tokens[0].name");
        row(
            "decimals a text", [](Files& f) { f.token()["decimals"] = "6"; }, "tokens[0].decimals");
        row(
            "decimals negative", [](Files& f) { f.token()["decimals"] = -6; }, "tokens[0].decimals");
        row(
            "decimals 78", [](Files& f) { f.token()["decimals"] = 78; }, "tokens[0].decimals");
        row(
            "decimals 6.0", [](Files& f) { f.token()["decimals"] = 6.0; }, "tokens[0].decimals");
        row(
            "bad checksum",
            [](Files& f) { f.token()["address"] = "0xa0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"; },
            "tokens[0].address");
        row(
            "no checksum", [](Files& f) { f.token()["address"] = usdcInLowerCase; }, "tokens[0].address");
        row(
            "Solana's address", [](Files& f) { f.token()["address"] = solanaUsdc; }, "tokens[0].address");
        row(
            "EVM's address", [](Files& f) { f.token()["chain"] = std::string(solanaMainnet); },
            "tokens[0].address");
        row(
            "unknown chain", [](Files& f) { f.token()["chain"] = "eip155:2"; }, "tokens[0].chain");
        row(
            "token of every chain", [](Files& f) { f.token()["chain"] = "eip155"; }, "tokens[0].chain");
        row(
            "token twice", [](Files& f) { f.tokens["entries"].push_back(f.token()); }, "tokens[1].address");
        row(
            "chain twice", [](Files& f) { f.chains["entries"].push_back(f.chains["entries"][0]); },
            "chains[2].chain");
        row(
            "chain with a zero", [](Files& f) { f.chains["entries"][0]["chain"] = "eip155:01"; },
            "chains[0].chain");
        row(
            "chain in hex", [](Files& f) { f.chains["entries"][0]["chain"] = "eip155:0x1"; },
            "chains[0].chain");
        row(
            "cut genesis", [](Files& f) { f.chains["entries"][1]["chain"] = "solana:5eykt4"; },
            "chains[1].chain");
        row(
            "coin of Bitcoin", [](Files& f) { f.chains["entries"][0]["coinType"] = 0; },
            "chains[0].coinType");
        row(
            "test network 1", [](Files& f) { f.chains["entries"][0]["isTestnet"] = 1; },
            "chains[0].isTestnet");
        row(
            "contract twice", [](Files& f) { f.contracts["entries"].push_back(f.contracts["entries"][0]); },
            "contracts[1].address");
        row(
            "contract of a chain and of all",
            [](Files& f) {
                f.contracts["entries"].push_back(f.contracts["entries"][0]);
                f.contracts["entries"][0]["chain"] = "eip155:1";
            },
            "contracts[1].address");
        row(
            "no kind", [](Files& f) { f.contracts["entries"][0].erase("kind"); }, "contracts[0].kind");
    }
    void refusesWhatIsNotInItsForm()
    {
        QFETCH(const std::function<void(Files&)>, change);
        QFETCH(const QString, fault);
        Files files;
        change(files);
        const QString got = files.fault();
        QVERIFY2(fault.isEmpty() ? got.isEmpty() : got.startsWith(fault), qPrintable(got));
    }

    void refusesNoJson()
    {
        QVERIFY(!KnownLists::parse("", "", ""));
        QVERIFY(!KnownLists::parse("[]", "[]", "[]"));
    }

    void exactAmounts()
    {
        const Uint256 most = ~Uint256(0);
        const std::string digits =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        QCOMPARE(exactAmount(0, 0), std::string("0"));
        QCOMPARE(exactAmount(0, 18), std::string("0"));
        QCOMPARE(exactAmount(0, 77), std::string("0"));
        QCOMPARE(exactAmount(100, 0), std::string("100"));
        QCOMPARE(exactAmount(Uint256("1234500000"), 6), std::string("1234.5"));
        QCOMPARE(exactAmount(1, 6), std::string("0.000001"));
        QCOMPARE(exactAmount(1'000'000, 6), std::string("1"));
        QCOMPARE(exactAmount(10'000'000, 6), std::string("10"));
        QCOMPARE(exactAmount(999'999, 6), std::string("0.999999"));
        QCOMPARE(exactAmount(most, 0), digits);
        QCOMPARE(exactAmount(most, 77), "1." + digits.substr(1));
        QCOMPARE(exactAmount(most, 78), "0." + digits);
        QCOMPARE(exactAmount(1, 77), "0." + std::string(76, '0') + "1");
        QCOMPARE(exactAmount(1, 255), "0." + std::string(254, '0') + "1");
    }

    void amountsAndAssets()
    {
        const KnownLists lists = *Files().parse();
        QCOMPARE(tokenAmount(lists, "eip155:1", usdcInLowerCase, 250'000'000),
                 "250 USDC (" + std::string(usdc) + ")");
        QCOMPARE(tokenAmount(lists, "eip155:10", usdc, 5), "raw 5 of token " + std::string(usdc));
        QCOMPARE(nativeAmount(lists, "eip155:1", Uint256("100000000000000000")), std::string("0.1 ETH"));
        QCOMPARE(nativeAmount(lists, "eip155:4711", 5), std::string("raw 5 wei of chain 4711"));
        QCOMPARE(nativeAmount(lists, solanaMainnet, 5), std::string("0.000000005 SOL"));
        QCOMPARE(nativeAmount(lists, "solana:x", 5), std::string("raw 5 lamports of chain solana:x"));
        QCOMPARE(caip2OfEvm(~Uint256(0)).size(), 7U + 78U);
        QCOMPARE(tokenAsset("eip155:1", usdc), "eip155:1/erc20:" + std::string(usdc));
        QCOMPARE(tokenAsset(solanaMainnet, solanaUsdc), std::string(solanaMainnet) + "/token:" + solanaUsdc);
        QCOMPARE(nativeAsset(lists, "eip155:1"), std::optional<std::string>("eip155:1/slip44:60"));
        QVERIFY(!nativeAsset(lists, "eip155:2"));
        QVERIFY(!nativeAsset(lists, solanaMainnet));  // no coin type in the file above
    }

    void theBuiltinListsKnowWhatEverybodyKnows()
    {
        const KnownLists& lists = KnownLists::builtin();
        QCOMPARE(lists.sources().size(), 3U);
        QCOMPARE(nativeAsset(lists, solanaMainnet), std::string(solanaMainnet) + "/slip44:501");
        QCOMPARE(lists.token("eip155:1", usdc)->decimals, 6);
        QCOMPARE(lists.token("eip155:56", "0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d")->decimals, 18);
        QCOMPARE(lists.contract("eip155:8453", permit2)->kind, std::string("permit2"));
        QCOMPARE(lists.contract("eip155:1", "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D")->kind,
                 std::string("safe.multisendCallOnly"));
        QCOMPARE(lists.contract("eip155:1", "0x00000000219ab540356cBB839Cbe05303d7705Fa")->kind,
                 std::string("deposit"));
        QVERIFY(lists.contract("eip155:11155111", "0x00000000219ab540356cBB839Cbe05303d7705Fa") == nullptr);
    }

    /// Each entry's form was checked when it was read; here, what a slip in one of them would do.
    void theBuiltinListsAreConsistent()
    {
        const KnownLists& lists = KnownLists::builtin();
        for (const char* name : {"chains", "tokens", "contracts"}) {
            const Json file = builtinFile(name);
            std::set<std::string> used;
            for (const Json& entry : file["entries"]) {
                for (const Json& id : entry["sources"]) {
                    used.insert(id.get<std::string>());
                }
            }
            QVERIFY2(used.size() == file["sources"].size(), "a source that nobody names");
        }
        static const QRegularExpression kind(QStringLiteral("^[a-z0-9]+(\\.[a-zA-Z0-9]+)?$"));
        std::set<std::string> symbols;
        const Json tokens = builtinFile("tokens");
        for (const Json& entry : tokens["entries"]) {
            const std::string chain = entry["chain"].get<std::string>();
            const std::string symbol = entry["symbol"].get<std::string>();
            QVERIFY2(symbols.insert(chain + symbol).second, (chain + " has two " + symbol).c_str());
        }
        const Json contracts = builtinFile("contracts");
        for (const Json& entry : contracts["entries"]) {
            const QString text = QString::fromStdString(entry["kind"].get<std::string>());
            QVERIFY2(kind.match(text).hasMatch(), qPrintable(text));
            // A wrapped coin that the token list also has counts like the native one.
            const auto* token =
                lists.token(entry["chain"].get<std::string>(), entry["address"].get<std::string>());
            QVERIFY(token == nullptr || (text == QLatin1String("weth") && token->decimals == 18));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(KnownListsTest)
#include "KnownLists_test.moc"
