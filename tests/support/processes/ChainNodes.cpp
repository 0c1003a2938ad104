#include "tests/support/processes/ChainNodes.h"

#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/fakes/RawHttp.h"

#include <QDeadlineTimer>
#include <QFileInfo>
#include <QStandardPaths>

namespace countersign::testing {

using namespace Qt::StringLiterals;

namespace {

constexpr int stopPatienceMs = 5'000;

QString folder()
{
    return sourcePath("tests/integration/signing/");
}

QString node()
{
    return QStandardPaths::findExecutable(u"node"_s);
}

}  // namespace

ChainNode::~ChainNode()
{
    stop();
}

QString ChainNode::missing()
{
    if (node().isEmpty()) {
        return u"node is not installed"_s;
    }
    for (const QString& package : {u"hardhat"_s, u"viem"_s, u"litesvm"_s, u"@solana/kit"_s}) {
        if (!QFileInfo::exists(folder() + u"node_modules/"_s + package)) {
            return u"the npm packages of tests/integration/signing are not installed (npm ci there; ./test does it)"_s;
        }
    }
    return {};
}

bool ChainNode::startProgram(const QString& script, const QStringList& arguments)
{
    m_process.start(node(), QStringList{folder() + script} + arguments);
    const QDeadlineTimer deadline(patienceMs);
    while (!m_process.canReadLine() && !deadline.hasExpired()) {
        if (m_process.state() == QProcess::NotRunning) {
            return false;
        }
        m_process.waitForReadyRead(200);
    }
    m_ready = parseJson(m_process.readLine().trimmed().toStdString()).value_or(Json::object());
    m_url = QString::fromStdString(m_ready.value("url", std::string()));
    m_port = m_ready.value("port", std::uint16_t(0));
    return m_port != 0;
}

void ChainNode::stop()
{
    if (m_process.state() == QProcess::NotRunning) {
        return;
    }
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(stopPatienceMs)) {
        m_process.kill();
        m_process.waitForFinished(stopPatienceMs);
    }
}

QByteArray ChainNode::errors()
{
    return m_errors += m_process.readAllStandardError();
}

Json ChainNode::call(const char* method, const Json& params)
{
    const std::string body =
        dumpJson({{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}});
    // HTTP/1.0, so that the answer comes in one piece and the connection's end is its end.
    RawHttp client(m_port);
    client.send("POST / HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string response = client.receiveUntilClosed().value_or(std::string());
    const std::size_t head = response.find("\r\n\r\n");
    const auto answer = head != std::string::npos ? parseJson(std::string_view(response).substr(head + 4),
                                                              {.maxBytes = 16U << 20U, .maxValues = 100'000})
                                                  : Result<Json>(failure(ErrorCode::Network, {}));
    m_lastError = !answer                     ? "no answer"
                  : answer->contains("error") ? dumpJson(answer->at("error"))
                                              : std::string();
    return m_lastError.empty() ? answer->value("result", Json()) : Json();
}

bool EvmNode::start(std::uint64_t chainId, std::uint16_t port)
{
    return startProgram(u"evm-node.mjs"_s, {QString::number(chainId), QString::number(port)});
}

bool EvmNode::fund(const std::string& address, const std::string& wei)
{
    return !call("eth_sendTransaction",
                 Json::array({Json{{"from", ready().at("faucet")},
                                   {"to", address},
                                   {"value", toHexQuantity(parseQuantity(wei).value())}}}))
                .is_null();
}

Uint256 EvmNode::balance(const std::string& address)
{
    return parseQuantity(call("eth_getBalance", {address, "latest"}).get<std::string>()).value();
}

std::uint64_t EvmNode::transactionCount(const std::string& address)
{
    return parseQuantity64(call("eth_getTransactionCount", {address, "latest"}).get<std::string>()).value();
}

bool EvmNode::mine(int blocks)
{
    (void)call("hardhat_mine", Json::array({toHexQuantity(Uint256(blocks))}));
    return lastError().empty();
}

bool EvmNode::mineEvery(int milliseconds)
{
    (void)call("evm_setIntervalMining", Json::array({milliseconds}));
    return lastError().empty();
}

bool SolanaNode::start(std::uint16_t port)
{
    return startProgram(u"solana-node.mjs"_s, {QString::number(port)});
}

bool SolanaNode::fund(const std::string& address, std::uint64_t lamports)
{
    return !call("requestAirdrop", {address, lamports}).is_null();
}

std::uint64_t SolanaNode::balance(const std::string& address)
{
    return call("getBalance", Json::array({address})).at("value").get<std::uint64_t>();
}

std::string SolanaNode::blockhash()
{
    return call("getLatestBlockhash").at("value").at("blockhash").get<std::string>();
}

Json judged(const Json& question)
{
    QProcess judge;
    judge.start(node(), {folder() + u"judge.mjs"_s});
    judge.write(QByteArray::fromStdString(dumpJson(question)));
    judge.closeWriteChannel();
    judge.waitForFinished(patienceMs);
    return parseJson(judge.readAllStandardOutput().trimmed().toStdString()).value_or(Json());
}

}  // namespace countersign::testing
