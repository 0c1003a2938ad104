#include "services/sandbox/api/SandboxApi.h"

#include "core/base/encoding/Hex.h"
#include "services/sandbox/api/ApiAnswers.h"
#include "services/sandbox/api/CallLog.h"
#include "services/sandbox/api/ControlRequests.h"
#include "services/sandbox/api/SandboxJson.h"
#include "services/sandbox/enclave/EnclaveSession.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>

namespace countersign::sandbox {

namespace {

boost::asio::awaitable<http::HttpResponse> answerHere(SandboxApi& api, const http::HttpRequest& request)
{
    co_return api.answer(request);
}

}  // namespace

SandboxApi::SandboxApi(Sandbox& sandbox)
    : m_sandbox(sandbox),
      m_rooms(sandbox.clock()),
      m_revocations(sandbox, m_faults),
      m_inspections(sandbox, m_faults),
      m_signing(sandbox, m_rooms, m_faults, m_workers.get_executor())
{
    sandbox.setDeliveryFaults([this] { return m_faults.takeWebhook(); });
    Result<EnclaveRoot> root = sandbox.enclaveRoot();
    Result<Bytes> pcr8 = fromHex(sandbox.identity().enclavePcr8);
    if (root && pcr8) {
        m_attestor = std::make_unique<EnclaveAttestor>(std::move(*root), std::move(*pcr8), sandbox.clock());
    }
}

SandboxApi::~SandboxApi()
{
    m_sandbox.setDeliveryFaults({});
    m_workers.stop();
    m_workers.join();
}

http::HttpHandler SandboxApi::handler()
{
    return [this](http::HttpRequest request) { return answerOnPool(std::move(request)); };
}

boost::asio::awaitable<http::HttpResponse> SandboxApi::answerOnPool(http::HttpRequest request)
{
    logCall(request);
    co_return co_await boost::asio::co_spawn(m_workers.get_executor(), answerHere(*this, request),
                                             boost::asio::use_awaitable);
}

bool SandboxApi::isAuthorised(const http::HttpRequest& request) const
{
    return m_sandbox.identity().apiToken.equals(asBytes(request.bearerToken()));
}

http::HttpResponse SandboxApi::answer(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 1 && path[0] == "sandbox") {
        return request.method == "GET" ? http::jsonResponse(200, aboutJson()) : wrongMethod("GET, HEAD");
    }
    if (path.size() == 1 && path[0] == "ws") {
        return enclave(request);
    }
    if (path.size() >= 2 && path[0] == "sandbox") {
        return control(request);
    }
    if (path.size() == 4 && path[0] == "api" && path[1] == "v0" && path[2] == "tokens" && path[3] == "me") {
        return tokenOfRequest(request);
    }
    if (path.size() == 5 && path[0] == "api" && path[1] == "v0" && path[2] == "sdk" &&
        path[4] == "settings") {
        return settings(request);
    }
    if (path.size() >= 5 && path[0] == "api" && path[1] == "v0" && path[2] == "environments") {
        return dynamic(request);
    }
    if (path.size() >= 5 && path[0] == "api" && path[1] == "v0" && path[2] == "server") {
        return server(request);
    }
    return unknownRoute();
}

/// 401, 403 (a scope is missing) or 404 (another environment); nothing: the call may go on.
std::optional<http::HttpResponse> SandboxApi::refusal(const http::HttpRequest& request)
{
    const auto token = m_sandbox.tokenOf(request.bearerToken());
    if (!token) {
        return errorResponse(token.error());
    }
    if (!*token) {
        return errorResponse(401, "The API token is missing or wrong.");
    }
    if (request.target.segments[3] != m_sandbox.identity().environmentId) {
        return errorResponse(404, "There is no such environment.");
    }
    const auto scope = InspectionCalls::neededScope(request);
    const auto& scopes = (*token)->scopes;
    if (scope && std::ranges::find(scopes, *scope) == scopes.end()) {
        return errorResponse(403, "The API token has not the scope " + *scope + ".");
    }
    return std::nullopt;
}

http::HttpResponse SandboxApi::tokenOfRequest(const http::HttpRequest& request)
{
    const auto token = m_sandbox.tokenOf(request.bearerToken());
    if (!token || !*token) {
        return token ? errorResponse(401, "The API token is missing or wrong.")
                     : errorResponse(token.error());
    }
    return request.method == "GET"
               ? m_inspections.answered(InspectionCall::Token, [&] { return m_inspections.token(**token); })
               : wrongMethod("GET, HEAD");
}

/// What an environment tells anybody.
http::HttpResponse SandboxApi::settings(const http::HttpRequest& request)
{
    if (request.target.segments[3] != m_sandbox.identity().environmentId) {
        return errorResponse(404, "There is no such environment.");
    }
    return request.method == "GET"
               ? m_inspections.answered(InspectionCall::Settings, [&] { return m_inspections.settings(); })
               : wrongMethod("GET, HEAD");
}

http::HttpResponse SandboxApi::signing(const http::HttpRequest& request)
{
    if (auto revoked = revocation(request)) {
        return *std::move(revoked);
    }
    const bool isLookUp = request.target.segments.size() == 6 && request.method == "GET";
    return isLookUp
               ? m_inspections.answered(InspectionCall::Wallet, [&] { return m_signing.answer(request); })
               : m_signing.answer(request);
}

/// What lives under the servers' own path: the end of one share set (refresh §1).
http::HttpResponse SandboxApi::server(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() != 8 || path[4] != "waas" || path[6] != "delegatedAccess") {
        return unknownRoute();
    }
    if (auto refused = refusal(request)) {
        return *std::move(refused);
    }
    return request.method == "DELETE" ? m_revocations.revokeOne(path[5], path[7]) : wrongMethod("DELETE");
}

std::optional<http::HttpResponse> SandboxApi::revocation(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 7 && path[5] == "delegatedAccess" && path[6] == "revoke") {
        return request.method == "POST" ? m_revocations.revokeMany(request) : wrongMethod("POST");
    }
    if (path.size() == 7 && path[6] == "delegatedAccess") {
        return request.method == "DELETE" ? m_revocations.revokeOne(path[5]) : wrongMethod("DELETE");
    }
    return std::nullopt;
}

http::HttpResponse SandboxApi::enclave(const http::HttpRequest& request)
{
    if (!m_attestor) {
        return errorResponse(503, "The state file has lost the enclave's root key.");
    }
    if (!request.asksForWebSocket) {
        http::HttpResponse response = errorResponse(426, "Only a WebSocket is spoken here.");
        response.headers.set("upgrade", "websocket");
        return response;
    }
    http::HttpResponse response;
    response.status = 101;
    response.webSocket = std::make_shared<EnclaveSession>(
        EnclaveSession::Enclave{m_sandbox, m_rooms, m_faults, *m_attestor, m_sandbox.clock()}, m_workers);
    return response;
}

http::HttpResponse SandboxApi::control(const http::HttpRequest& request)
{
    if (!isAuthorised(request)) {
        return errorResponse(401, "The API token is missing or wrong.");
    }
    const auto& path = request.target.segments;
    if (path.size() == 2 && path[1] == "delegations") {
        return request.method == "POST" ? postDelegation(request) : wrongMethod("POST");
    }
    if (path.size() == 3 && path[1] == "delegations") {
        return request.method == "DELETE" ? deleteDelegation(request) : wrongMethod("DELETE");
    }
    if (path.size() == 2 && path[1] == "wallets") {
        return request.method == "GET" ? listWallets() : wrongMethod("GET, HEAD");
    }
    if (path.size() == 2 && path[1] == "webhooks") {
        return request.method == "GET" ? listDeliveries() : wrongMethod("GET, HEAD");
    }
    if (auto inspected = m_inspections.control(request)) {
        return *std::move(inspected);
    }
    return path.size() == 2 ? m_signing.control(request, path[1]) : unknownRoute();
}

http::HttpResponse SandboxApi::postDelegation(const http::HttpRequest& request)
{
    const Result<DelegationRequest> asked = parseDelegationRequest(request.body);
    if (!asked) {
        return errorResponse(asked.error());
    }
    if (asked->walletId) {
        const Result<Sandbox::Delegated> again = m_sandbox.delegateAgain(*asked->walletId, asked->chain);
        return again ? http::jsonResponse(200, delegatedJson({*again})) : errorResponse(again.error());
    }
    const Result<std::vector<Sandbox::Delegated>> made =
        m_sandbox.delegateNew(asked->chain, asked->count, asked->userId);
    return made ? http::jsonResponse(200, delegatedJson(*made)) : errorResponse(made.error());
}

http::HttpResponse SandboxApi::deleteDelegation(const http::HttpRequest& request)
{
    const std::string& walletId = request.target.segments[2];
    const Status revoked = m_sandbox.revoke(walletId);
    return revoked ? http::jsonResponse(200, Json{{"walletId", walletId}, {"status", "revoked"}})
                   : errorResponse(revoked.error());
}

http::HttpResponse SandboxApi::listWallets()
{
    const Result<std::vector<WalletSummary>> wallets = m_sandbox.wallets();
    if (!wallets) {
        return errorResponse(wallets.error());
    }
    Json list = Json::array();
    for (const WalletSummary& summary : *wallets) {
        list.push_back(walletJson(summary));
    }
    return http::jsonResponse(200, list);
}

http::HttpResponse SandboxApi::listDeliveries()
{
    const Result<MessageStore::Page> page = m_sandbox.messages(0, std::numeric_limits<int>::max() - 1);
    if (!page) {
        return errorResponse(page.error());
    }
    Json list = Json::array();
    for (const Message& message : page->messages) {
        list.push_back(deliveryJson(message));
    }
    return http::jsonResponse(200, list);
}

http::HttpResponse SandboxApi::dynamic(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    const bool isKeys = path.size() >= 7 && path[4] == "waas" && path[5] == "delegatedAccess" &&
                        path[6] == "encryptionPublicKeys";
    const bool isSigning = !isKeys && path.size() >= 6 && path[4] == "waas";
    const bool isNamed = path.size() == 6 && (path[4] == "users" || path[4] == "events");
    if (!isKeys && !isSigning && !isNamed && path[4] != "webhooks") {
        return unknownRoute();
    }
    if (auto refused = refusal(request)) {
        return *std::move(refused);
    }
    if (isSigning) {
        return signing(request);
    }
    if (isNamed && request.method != "GET") {
        return wrongMethod("GET, HEAD");
    }
    if (isNamed) {
        return path[4] == "users"
                   ? m_inspections.answered(InspectionCall::User, [&] { return m_inspections.user(path[5]); })
                   : m_inspections.answered(InspectionCall::Event,
                                            [&] { return m_inspections.event(path[5]); });
    }
    return isKeys ? encryptionKeys(request) : m_inspections.webhooks(request);
}

http::HttpResponse SandboxApi::encryptionKeys(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 7) {
        if (request.method == "POST") {
            return postEncryptionKey(request);
        }
        return request.method == "GET"
                   ? m_inspections.answered(InspectionCall::Keys,
                                            [&] { return m_inspections.encryptionKeys(); })
                   : wrongMethod("GET, HEAD, POST");
    }
    return unknownRoute();
}

http::HttpResponse SandboxApi::postEncryptionKey(const http::HttpRequest& request)
{
    const Result<std::string> text = parseEncryptionKeyRequest(request.body);
    if (!text) {
        return errorResponse(text.error());
    }
    const Result<EncryptionKey> key = m_sandbox.registerEncryptionKey(*text);
    return key ? http::jsonResponse(200, encryptionKeyJson(*key)) : errorResponse(key.error());
}

}  // namespace countersign::sandbox
