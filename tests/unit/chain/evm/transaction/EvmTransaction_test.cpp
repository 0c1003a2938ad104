#include "core/chain/evm/transaction/EvmTransaction.h"

#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransactionJson.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/evm/EthereumVectors.h"

#include <QTest>

#include <limits>

using namespace countersign;

namespace {

Uint256 max256()
{
    return std::numeric_limits<Uint256>::max();
}

constexpr auto max64 = std::numeric_limits<std::uint64_t>::max();

/// Valid, with every member of its type.
EvmTransaction sample(int type)
{
    EvmTransaction transaction;
    transaction.type = type;
    transaction.chainId = 11155111;
    transaction.nonce = 7;
    transaction.to = *parseEvmAddress("0x095e7baea6a6c7c4c2dfeb977efac326af552d87");
    transaction.value = max256();
    transaction.data = {0xa9, 0x05, 0x9c, 0xbb};
    transaction.gasLimit = 21'000;
    if (type < 2) {
        transaction.gasPrice = 1'000'000'007;
    } else {
        transaction.maxFeePerGas = 2'000'000'000;
        transaction.maxPriorityFeePerGas = 1;
    }
    if (type > 0) {
        Bytes32 key{};
        key[31] = 9;
        transaction.accessList = {{*transaction.to, {Bytes32{}, key}}, {EvmAddress{}, {}}};
    }
    if (type == 3) {
        Bytes32 hash{};
        hash[0] = 1;
        transaction.maxFeePerBlobGas = 3;
        transaction.blobVersionedHashes = {hash};
    }
    if (type == 4) {
        transaction.authorizationList = {{.chainId = 0,
                                          .address = *transaction.to,
                                          .nonce = max64,
                                          .yParity = 255,
                                          .r = max256(),
                                          .s = 0}};
    }
    return transaction;
}

SecretBytes scalarOf(std::uint8_t last)
{
    Bytes bytes(32);
    bytes.back() = last;
    return SecretBytes::copyOf(bytes);
}

EvmTransaction signedSample(int type)
{
    EvmTransaction transaction = sample(type);
    transaction.signature = *secp256k1::sign(scalarOf(1), signingHash(transaction));
    return transaction;
}

/// The address of the private key 1.
const char* const addressOfOne = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

/// Faults that a node sees only with its fork, its state or its own chain id: not the decoder's matter.
bool isForNodes(const std::string& exception)
{
    return exception.ends_with("INTRINSIC_GAS_TOO_LOW") || exception.ends_with("INITCODE_SIZE_EXCEEDED");
}

/// The newest fork that the vector knows.
const Json& resultOf(const Json& test)
{
    for (const char* fork : {"Prague", "Cancun", "Shanghai", "Paris", "London"}) {
        if (test.at("result").contains(fork)) {
            return test.at("result").at(fork);
        }
    }
    qFatal("a vector without a known fork");
}

}  // namespace

class EvmTransactionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesWithTheVectors()
    {
        NEED_ETHEREUM_VECTORS();
        int accepted = 0;
        int refused = 0;
        QDirIterator files(vectors::ethereumPath() + QStringLiteral("/TransactionTests"),
                           {QStringLiteral("*.json")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const Json file = vectors::readEthereumFile(files.next());
            for (const auto& [name, test] : file.items()) {
                const Json& result = resultOf(test);
                const Bytes bytes = *fromHex(test.at("txbytes").get<std::string>());
                const auto transaction = decodeTransaction(bytes);
                const auto sender = transaction.and_then(senderOf);
                if (!result.contains("exception")) {
                    QVERIFY2(sender, name.c_str());
                    QVERIFY2(sameAddress(toText(*sender), result.at("sender").get<std::string>()),
                             name.c_str());
                    QCOMPARE(toHexPrefixed(transactionHash(bytes)), result.at("hash").get<std::string>());
                    QCOMPARE(*serializeSigned(*transaction, *transaction->signature), bytes);
                    ++accepted;
                    continue;
                }
                const auto exception = result.at("exception").get<std::string>();
                if (isForNodes(exception)) {
                    QVERIFY2(sender, name.c_str());
                    continue;
                }
                // The vectors are made for chain 1; here every chain is right.
                const bool ofAnotherChain = exception.ends_with("INVALID_CHAINID") && sender &&
                                            transaction->chainId && *transaction->chainId != 1;
                QVERIFY2(!sender || ofAnotherChain, (name + ": " + exception).c_str());
                ++refused;
            }
        }
        QVERIFY(accepted >= 50);
        QVERIFY(refused >= 130);
    }

    /// EIP-155's own example, to the last byte.
    void makesTheExampleOfEip155()
    {
        EvmTransaction transaction;
        transaction.type = 0;
        transaction.chainId = 1;
        transaction.nonce = 9;
        transaction.gasPrice = 20'000'000'000;
        transaction.gasLimit = 21'000;
        transaction.to = *parseEvmAddress("0x3535353535353535353535353535353535353535");
        transaction.value = Uint256(1'000'000'000'000'000'000);
        QCOMPARE(toHex(serializeUnsigned(transaction)),
                 std::string("ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76"
                             "4000080018080"));
        QCOMPARE(toHex(signingHash(transaction)),
                 std::string("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53"));
        const SecretBytes key = SecretBytes::copyOf(Bytes(32, 0x46));
        const auto bytes = serializeSigned(transaction, *secp256k1::sign(key, signingHash(transaction)));
        QCOMPARE(toHex(*bytes),
                 std::string("f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a"
                             "76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa63627"
                             "6a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83"));
    }

    void comesBack_data()
    {
        QTest::addColumn<int>("type");
        for (int type = 0; type <= 4; ++type) {
            QTest::addRow("type %d", type) << type;
        }
    }

    void comesBack()
    {
        QFETCH(const int, type);
        const EvmTransaction plain = sample(type);
        QVERIFY(checkTransaction(plain).has_value());
        const auto decoded = decodeTransaction(serializeUnsigned(plain));
        QVERIFY2(decoded, decoded ? "" : qPrintable(decoded.error().detail));
        QVERIFY(*decoded == plain);

        const EvmTransaction whole = signedSample(type);
        const auto bytes = serializeSigned(plain, *whole.signature);
        QVERIFY(bytes.has_value());
        const auto decodedWhole = decodeTransaction(*bytes);
        QVERIFY(decodedWhole && *decodedWhole == whole);
        QCOMPARE(toText(*senderOf(*decodedWhole)), std::string(addressOfOne));
    }

    void createsContracts()
    {
        for (const int type : {0, 1, 2}) {
            EvmTransaction transaction = sample(type);
            transaction.to.reset();
            const auto decoded = decodeTransaction(serializeUnsigned(transaction));
            QVERIFY(decoded && *decoded == transaction);
        }
    }

    void legacyWithoutAChain()
    {
        EvmTransaction transaction = sample(0);
        transaction.chainId.reset();
        const auto decoded = decodeTransaction(serializeUnsigned(transaction));
        QVERIFY(decoded && *decoded == transaction);
        const auto signature = *secp256k1::sign(scalarOf(1), signingHash(transaction));
        const auto whole = decodeTransaction(*serializeSigned(transaction, signature));
        QVERIFY(whole && !whole->chainId);
        QCOMPARE(toText(*senderOf(*whole)), std::string(addressOfOne));
    }

    void refusesWhatNoChainTakes_data()
    {
        using Change = void (*)(EvmTransaction&);
        QTest::addColumn<int>("type");
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, int type, Change change) {
            QTest::newRow(name) << type << change;
        };
        row("unknown type", 2, [](EvmTransaction& t) { t.type = 5; });
        row("negative type", 2, [](EvmTransaction& t) { t.type = -1; });
        row("nonce 2^64-1", 2, [](EvmTransaction& t) { t.nonce = max64; });
        row("chain 0", 2, [](EvmTransaction& t) { t.chainId = 0; });
        row("no chain", 1, [](EvmTransaction& t) { t.chainId.reset(); });
        row("legacy v overflows", 0, [](EvmTransaction& t) { t.chainId = max256() / 2; });
        row("tip above fee", 2, [](EvmTransaction& t) { t.maxPriorityFeePerGas = *t.maxFeePerGas + 1; });
        row("cost overflows", 2, [](EvmTransaction& t) { t.maxFeePerGas = max256(); });
        row("cost overflows, legacy", 0, [](EvmTransaction& t) { t.gasPrice = max256(); });
        row("gas price in 1559", 2, [](EvmTransaction& t) { t.gasPrice = 1; });
        row("no gas price", 1, [](EvmTransaction& t) { t.gasPrice.reset(); });
        row("no fee", 2, [](EvmTransaction& t) { t.maxFeePerGas.reset(); });
        row("fee in legacy", 0, [](EvmTransaction& t) { t.maxFeePerGas = 1; });
        row("access list in legacy", 0, [](EvmTransaction& t) { t.accessList.resize(1); });
        row("authorisations in 1559", 2, [](EvmTransaction& t) { t.authorizationList.resize(1); });
        row("blobs in 1559", 2, [](EvmTransaction& t) { t.blobVersionedHashes.resize(1); });
        row("blob fee in 7702", 4, [](EvmTransaction& t) { t.maxFeePerBlobGas = 1; });
        row("no blobs", 3, [](EvmTransaction& t) { t.blobVersionedHashes.clear(); });
        row("blob of version 0", 3, [](EvmTransaction& t) { t.blobVersionedHashes[0][0] = 0; });
        row("blob creation", 3, [](EvmTransaction& t) { t.to.reset(); });
        row("no authorisations", 4, [](EvmTransaction& t) { t.authorizationList.clear(); });
        row("7702 creation", 4, [](EvmTransaction& t) { t.to.reset(); });
        row("r of zero", 2, [](EvmTransaction& t) { t.signature->r.fill(0); });
        row("s of zero", 2, [](EvmTransaction& t) { t.signature->s.fill(0); });
        row("r above the order", 2, [](EvmTransaction& t) { t.signature->r.fill(0xff); });
        row("high s", 2, [](EvmTransaction& t) {
            // n − s: n is odd and s low, so the complement's top bits do.
            const Uint256 n =
                *parseQuantity("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
            const Bytes high = toBytes32(n - *fromBigEndian(t.signature->s));
            std::copy(high.begin(), high.end(), t.signature->s.begin());
            t.signature->recoveryId ^= 1;
        });
        row("parity 2", 2, [](EvmTransaction& t) { t.signature->recoveryId = 2; });
    }

    void refusesWhatNoChainTakes()
    {
        using Change = void (*)(EvmTransaction&);
        QFETCH(const int, type);
        QFETCH(const Change, change);
        EvmTransaction transaction = signedSample(type);
        QVERIFY(checkTransaction(transaction));
        change(transaction);
        const Status status = checkTransaction(transaction);
        QVERIFY(!status);
        QVERIFY(!status.error().sentence.isEmpty());
        QVERIFY(!serializeSigned(transaction, *transaction.signature));
    }

    void refusesForeignBytes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const Bytes& bytes) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()),
                                              static_cast<qsizetype>(bytes.size()));
        };
        const Bytes good = serializeUnsigned(sample(2));
        row("empty", {});
        row("type alone", {2});
        row("unknown type", {5, 0xc0});
        row("type 0 with its type", [] {
            Bytes bytes = serializeUnsigned(sample(0));
            bytes.insert(bytes.begin(), 0);
            return bytes;
        }());
        row("reserved first byte", {0x80});
        Bytes trailing = good;
        trailing.push_back(0);
        row("trailing byte", trailing);
        row("cut", Bytes(good.begin(), good.end() - 1));
        row("no list", {2, 0x80});
        row("one field", {2, 0xc1, 0x01});
        row("seven legacy fields", *fromHex("c780808080808080"));
        row("lists as fields", *fromHex("02c9c0c0c0c0c0c0c0c0c0"));
        row("address of 19 bytes", *fromHex("02dc010180010193095e7baea6a6c7c4c2dfeb977efac326af552d8080c0"));
        row("too large", Bytes(evmTransactionMaxBytes + 2, 0xff));
        // Type 3 with its blobs: [[fields], blobs, commitments, proofs].
        row("blobs in network form", *fromHex("03c4c0c0c0c0"));
    }

    void refusesForeignBytes()
    {
        QFETCH(const QByteArray, bytes);
        const auto transaction = decodeTransaction(
            asBytes(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
        QVERIFY(!transaction);
        QCOMPARE(transaction.error().code, ErrorCode::InvalidInput);
        QVERIFY(!transaction.error().sentence.isEmpty());
    }

    /// Every byte counts: one changed gives another transaction or none.
    void noTwoFormsOfOneTransaction()
    {
        for (int type = 0; type <= 4; ++type) {
            const EvmTransaction whole = signedSample(type);
            const Bytes bytes = *serializeSigned(whole, *whole.signature);
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                for (const int flip : {1, 0x80, 0xff}) {
                    Bytes changed = bytes;
                    changed[i] = static_cast<std::uint8_t>(changed[i] ^ flip);
                    const auto decoded = decodeTransaction(changed);
                    QVERIFY(!decoded || *decoded != whole);
                    if (decoded) {
                        QVERIFY((decoded->signature ? *serializeSigned(*decoded, *decoded->signature)
                                                    : serializeUnsigned(*decoded)) == changed);
                    }
                }
            }
        }
    }

    void tellsTheAuthority()
    {
        Authorization authorization{.chainId = 1, .address = EvmAddress{}, .nonce = 5};
        Bytes part{5};
        const Bytes list =
            rlp::ListWriter().add(Uint256(1)).add(BytesView(authorization.address)).add(Uint256(5)).encoded();
        part.insert(part.end(), list.begin(), list.end());
        const auto signature = *secp256k1::sign(scalarOf(1), keccak256(part));
        authorization.yParity = signature.recoveryId;
        authorization.r = *fromBigEndian(signature.r);
        authorization.s = *fromBigEndian(signature.s);
        QCOMPARE(toText(*authorityOf(authorization)), std::string(addressOfOne));
        authorization.nonce = 6;
        const auto other = authorityOf(authorization);
        QVERIFY(!other || toText(*other) != addressOfOne);
        authorization.yParity = 2;
        QVERIFY(!authorityOf(authorization));
    }

    void showsItsFields()
    {
        const Json json = *toJson(signedSample(4));
        std::string names;
        for (const auto& [name, value] : json.items()) {
            names += name + ' ';
        }
        QCOMPARE(names, std::string("type chainId nonce to value data gasLimit maxFeePerGas "
                                    "maxPriorityFeePerGas accessList authorizationList signingHash signed "
                                    "from hash "));
        QCOMPARE(json.at("value").get<std::string>(), toDecimal(max256()));
        QCOMPARE(json.at("from").get<std::string>(), std::string(addressOfOne));
        QCOMPARE(json.at("signed").get<bool>(), true);
        EvmTransaction creation = sample(0);
        creation.to.reset();
        creation.chainId.reset();
        const Json plain = *toJson(creation);
        QVERIFY(plain.at("to").is_null() && !plain.contains("chainId") && !plain.contains("from"));
        QCOMPARE(plain.at("signed").get<bool>(), false);
    }
};

COUNTERSIGN_APPLESS_TEST(EvmTransactionTest)
#include "EvmTransaction_test.moc"
