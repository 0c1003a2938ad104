#include "core/base/encoding/Base58.h"
#include "core/chain/solana/spl/SplAccounts.h"
#include "core/rpc/EvmRpcAnswers.h"
#include "core/rpc/SolanaRpcAnswers.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

// Input: the body of a node's answer to request 1. Its result is read as the result of every method, and an
// account's data as everything that a token program keeps.

namespace {

const std::string askedHash = "0x" + std::string(64, 'a');

template <typename T>
bool holds(const Result<T>& read)
{
    require(read || read.error().code == ErrorCode::Network, "a broken result is the network's");
    return read.has_value();
}

void checkWords(const QString& words, qsizetype most)
{
    require(words.size() <= most, "a stranger's words are bounded");
    for (const char32_t character : words.toUcs4()) {
        require(QChar::isPrint(character), "a stranger's words are printable");
    }
}

void checkRefusal(const RpcError& error)
{
    checkWords(error.message, 300);
    checkWords(error.data, 2000);
    (void)evm_rpc::isAlreadyKnown(error);
    (void)solana_rpc::isAlreadyProcessed(error);
    const ErrorCode code = refusalOf(error, QStringLiteral("node.example"), "eth_call").code;
    require(code == ErrorCode::InvalidInput || code == ErrorCode::Network, "a refusal has one of two codes");
    RpcError struck = error;
    strikeOut(struck, {QStringLiteral("secret-key")});
    require(!(struck.message + struck.data).contains(QStringLiteral("secret-key")), "keys are struck out");
}

void readAsEvm(const Json& result)
{
    if (const auto quantity = evm_rpc::readQuantity(result); holds(quantity)) {
        require(*evm_rpc::readQuantity(toHexQuantity(*quantity)) == *quantity, "a quantity comes back");
    }
    holds(evm_rpc::readQuantity64(result));
    if (const auto hash = evm_rpc::readHash(result); holds(hash)) {
        require(hash->size() == 66 && *evm_rpc::readHash(*hash) == *hash, "a hash comes back");
    }
    holds(evm_rpc::readBaseFee(result));
    (void)evm_rpc::readFeeHistory(result);
    holds(evm_rpc::readIsKnown(result, askedHash));
    if (const auto receipt = evm_rpc::readReceipt(result, askedHash); holds(receipt) && *receipt) {
        require((*receipt)->transactionHash == askedHash, "a receipt is the one asked for");
        require((*receipt)->blockHash.size() == 66, "a block's hash has 32 bytes");
    }
}

template <typename T>
bool isRead(const Result<T>& read)
{
    require(
        read || read.error().code == ErrorCode::InvalidInput || read.error().code == ErrorCode::Unsupported,
        "an account is refused for what it is");
    require(read || !read.error().sentence.isEmpty(), "a refusal has a sentence");
    return read.has_value();
}

void readAsToken(const SolanaAccount& account)
{
    const auto owner = parseSolanaAddress(account.owner);
    require(owner.has_value(), "an owner has 32 bytes");
    if (const auto mint = solana::readMint(*owner, account.data); isRead(mint)) {
        require(solana::splProgramAt(*owner) == mint->program, "a mint belongs to a token program");
    }
    for (const SplProgram program : {SplProgram::Token, SplProgram::Token2022}) {
        const bool isMint = isRead(solana::readMint(solana::addressOf(program), account.data));
        const bool isHolder = isRead(solana::readTokenAccount(program, account.data));
        require(!isMint || !isHolder, "nothing is a mint and a token account");
    }
}

void readAsSolana(const Json& result)
{
    if (const auto latest = solana_rpc::readBlockhash(result); holds(latest)) {
        require(fromBase58(latest->blockhash)->size() == 32, "a blockhash has 32 bytes");
    }
    holds(solana_rpc::readIsValid(result));
    holds(solana_rpc::readLamports(result));
    if (const auto account = solana_rpc::readAccount(result); holds(account) && *account) {
        readAsToken(**account);
    }
    if (const auto signature = solana_rpc::readSignature(result); holds(signature)) {
        require(fromBase58(*signature)->size() == 64, "a signature has 64 bytes");
    }
    if (const auto status = solana_rpc::readStatus(result); holds(status) && *status && (*status)->error) {
        checkWords(QString::fromStdString(*(*status)->error), 500);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto reply = parseRpcAnswer({data, size}, 1);
    if (!holds(reply)) {
        return 0;
    }
    if (reply->error) {
        checkRefusal(*reply->error);
        return 0;
    }
    readAsEvm(reply->result);
    readAsSolana(reply->result);
    return 0;
}
