#include "core/meaning/evm/calls/KnownFunctions.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/meaning/evm/EvmSamples.h"

#include <map>

using namespace countersign;
using namespace countersign::meaning;
using namespace countersign::testing;

class KnownFunctionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRowParsesAndHasAReader()
    {
        std::size_t rows = 0;
        for (const auto table :
             {erc20Functions, nftFunctions, vaultFunctions, permitFunctions, permit2Functions, batchFunctions,
              accountFunctions, userOperationFunctions, delegationFunctions, safeFunctions,
              safeCreationFunctions, safeSettingFunctions, adminFunctions, validatorFunctions}) {
            for (const KnownFunction& row : table()) {
                ++rows;
                QVERIFY2(parseAbiFunction(row.signature), row.signature.data());
                QVERIFY(row.read != nullptr);
            }
        }
        QCOMPARE(knownFunctions().size(), rows);
    }

    void parametersHaveNamesForPaths()
    {
        for (const FunctionEntry& entry : knownFunctions()) {
            for (const AbiParameter& input : entry.function.inputs) {
                QVERIFY2(!input.name.empty(), entry.function.signature().c_str());
            }
        }
    }

    void noTwoRowsCompete()
    {
        std::map<std::pair<std::string, std::string>, int> seen;
        for (const FunctionEntry& entry : knownFunctions()) {
            const int times = ++seen[{entry.function.signature(), std::string(entry.known.kind)}];
            QVERIFY2(times == 1, entry.function.signature().c_str());
        }
    }

    void selectorsAreThoseOfTheStandards_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("selector");
        // As their standards and block explorers print them.
        const std::map<const char*, const char*> selectors = {
            {"transfer(address,uint256)", "a9059cbb"},
            {"transferFrom(address,address,uint256)", "23b872dd"},
            {"approve(address,uint256)", "095ea7b3"},
            {"increaseAllowance(address,uint256)", "39509351"},
            {"safeTransferFrom(address,address,uint256)", "42842e0e"},
            {"safeTransferFrom(address,address,uint256,bytes)", "b88d4fde"},
            {"safeTransferFrom(address,address,uint256,uint256,bytes)", "f242432a"},
            {"safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)", "2eb2c2d6"},
            {"setApprovalForAll(address,bool)", "a22cb465"},
            {"deposit(uint256,address)", "6e553f65"},
            {"mint(uint256,address)", "94bf804d"},
            {"withdraw(uint256,address,address)", "b460af94"},
            {"redeem(uint256,address,address)", "ba087652"},
            {"deposit()", "d0e30db0"},
            {"withdraw(uint256)", "2e1a7d4d"},
            {"permit(address,address,uint256,uint256,uint8,bytes32,bytes32)", "d505accf"},
            {"permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)", "8fcbaf0c"},
            {"permit(address,address,uint256,uint256,bytes)", "9fd5a6cf"},
            {"transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,"
             "bytes32)",
             "e3ee160e"},
            {"receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,"
             "bytes32)",
             "ef55bec6"},
            {"approve(address,address,uint160,uint48)", "87517c45"},
            {"permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)", "2b67b570"},
            {"permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)", "2a2d80d1"},
            {"transferFrom(address,address,uint160,address)", "36c78516"},
            {"permitTransferFrom(((address,uint256),uint256,uint256),(address,uint256),address,bytes)",
             "30f28b7a"},
            {"lockdown((address,address)[])", "cc53287f"},
            {"multicall(bytes[])", "ac9650d8"},
            {"multicall(uint256,bytes[])", "5ae401dc"},
            {"aggregate((address,bytes)[])", "252dba42"},
            {"aggregate3((address,bool,bytes)[])", "82ad56cb"},
            {"aggregate3Value((address,bool,uint256,bytes)[])", "174dea71"},
            {"tryAggregate(bool,(address,bytes)[])", "bce38bd7"},
            {"execute(bytes32,bytes)", "e9ae5c53"},
            {"execute(address,uint256,bytes)", "b61d27f6"},
            {"executeBatch(address[],bytes[])", "18dfb3c7"},
            {"executeBatch(address[],uint256[],bytes[])", "47e1da2a"},
            {"executeBatch((address,uint256,bytes)[])", "34fcd5be"},
            {"handleOps((address,uint256,bytes,bytes,uint256,uint256,uint256,uint256,uint256,bytes,bytes)[],"
             "address)",
             "1fad948c"},
            {"handleOps((address,uint256,bytes,bytes,bytes32,uint256,bytes32,bytes,bytes)[],address)",
             "765e827f"},
            {"execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)",
             "6a761202"},
            {"execTransactionFromModule(address,uint256,bytes,uint8)", "468721a7"},
            {"executeUserOp(address,uint256,bytes,uint8)", "7bb37428"},
            {"executeUserOpWithErrorString(address,uint256,bytes,uint8)", "541d63c8"},
            {"multiSend(bytes)", "8d80ff0a"},
            {"addOwnerWithThreshold(address,uint256)", "0d582f13"},
            {"removeOwner(address,address,uint256)", "f8dc5dd9"},
            {"swapOwner(address,address,address)", "e318b52b"},
            {"changeThreshold(uint256)", "694e80c3"},
            {"enableModule(address)", "610b5925"},
            {"disableModule(address,address)", "e009cfde"},
            {"setGuard(address)", "e19a9dd9"},
            {"setFallbackHandler(address)", "f08a0323"},
            {"changeMasterCopy(address)", "7de7edef"},
            {"approveHash(bytes32)", "d4d9bdcd"},
            {"setup(address[],uint256,address,bytes,address,address,uint256,address)", "b63e800d"},
            {"createProxyWithNonce(address,bytes,uint256)", "1688f0b9"},
            {"migrateWithFallbackHandler()", "ed007fc6"},
            {"performCreate2(uint256,bytes,bytes32)", "4847be6f"},
            {"redeemDelegations(bytes[],bytes32[],bytes[])", "cef6d209"},
            {"transferOwnership(address)", "f2fde38b"},
            {"renounceOwnership()", "715018a6"},
            {"grantRole(bytes32,address)", "2f2ff15d"},
            {"upgradeTo(address)", "3659cfe6"},
            {"upgradeToAndCall(address,bytes)", "4f1ef286"},
            {"deposit(bytes,bytes,bytes,bytes32)", "22895118"},
        };
        for (const auto& [name, selector] : selectors) {
            QTest::newRow(name) << QString::fromLatin1(name) << QByteArray(selector);
        }
    }

    void selectorsAreThoseOfTheStandards()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, selector);
        const auto found = std::ranges::find_if(knownFunctions(), [&](const FunctionEntry& entry) {
            return entry.function.signature() == name.toStdString();
        });
        QVERIFY(found != knownFunctions().end());
        QCOMPARE(QByteArray::fromStdString(toHex(found->function.selector())), selector);
    }

    void rowsThatAskForAKindCountThereAlone()
    {
        const KnownLists lists = sampleLists();
        const EvmScene scene(lists, Uint256(1), signer);
        const Bytes wrap = calldata("deposit()", {});
        EvmCall call;
        call.data = wrap;
        call.to = weth;
        QVERIFY(findFunction(scene, call) != nullptr);
        call.to = usdc;
        QVERIFY(findFunction(scene, call) == nullptr);
        const EvmScene elsewhere(lists, Uint256(4711), signer);
        call.to = weth;
        QVERIFY(findFunction(elsewhere, call) == nullptr);
    }

    void behindDelegatecallsOnlyTheseCount()
    {
        const KnownLists lists = sampleLists();
        const EvmScene scene(lists, Uint256(1), safe);
        const Bytes batch = calldata("multiSend(bytes)", {raw({})});
        const Bytes transfer = transferCall(supplier, 1);
        EvmCall call;
        call.isDelegate = true;
        call.to = multiSend;
        call.data = batch;
        QVERIFY(findFunction(scene, call) != nullptr);
        call.data = transfer;
        QVERIFY(findFunction(scene, call) == nullptr);
    }
};

COUNTERSIGN_APPLESS_TEST(KnownFunctionsTest)
#include "KnownFunctions_test.moc"
