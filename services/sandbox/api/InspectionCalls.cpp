#include "services/sandbox/api/InspectionCalls.h"

#include "services/sandbox/api/ApiAnswers.h"
#include "services/sandbox/api/ControlRequests.h"
#include "services/sandbox/api/SandboxJson.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace countersign::sandbox {

namespace {

constexpr int messagesPerPage = 100;
constexpr std::chrono::seconds inspectionDelay{3};

/// What a fault answers in place of everything; nothing for those that do more than that.
std::optional<http::HttpResponse> plainInspectionFault(InspectionFault fault)
{
    switch (fault) {
        case InspectionFault::Http401:
            return errorResponse(401, "A fault was asked for.");
        case InspectionFault::Http403:
            return errorResponse(403, "A fault was asked for.");
        case InspectionFault::Http404:
            return errorResponse(404, "A fault was asked for.");
        case InspectionFault::Http422:
            return errorResponse(422, "A fault was asked for.");
        case InspectionFault::Http429:
            return rateLimited();
        case InspectionFault::Http500:
            return errorResponse(500, "A fault was asked for.");
        case InspectionFault::Drop:
            return cutOff();
        default:
            return std::nullopt;
    }
}

/// The list of an answer, which is the whole or one of its members.
Json* listOf(Json& json)
{
    if (json.is_array()) {
        return &json;
    }
    for (auto& [name, value] : json.items()) {
        if (value.is_array()) {
            return &value;
        }
    }
    return nullptr;
}

http::HttpResponse withFaultyList(http::HttpResponse response, InspectionFault fault)
{
    auto json = parseJson(response.body, {.maxBytes = std::size_t{16} * 1024 * 1024, .maxValues = 1'000'000});
    Json* const list = json ? listOf(*json) : nullptr;
    if (list == nullptr) {
        return response;
    }
    Json changed = Json::array();
    for (const Json& entry : *list) {
        changed.push_back(entry);
        if (fault == InspectionFault::Duplicate) {
            changed.push_back(entry);
        }
    }
    if (fault == InspectionFault::Reorder) {
        std::reverse(changed.begin(), changed.end());
    }
    *list = std::move(changed);
    return http::jsonResponse(response.status, *json);
}

Json apiTokenJson(const ApiToken& token)
{
    return Json{{"id", token.tokenId},
                {"checksum", token.checksum},
                {"note", token.note},
                {"scopes", token.scopes},
                {"createdAt", toIso8601(token.createdAt)}};
}

template <typename Made>
http::HttpResponse answerJson(const Result<Made>& made)
{
    return made ? http::jsonResponse(200, made->toJson()) : errorResponse(made.error());
}

}  // namespace

std::optional<std::string> InspectionCalls::neededScope(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    const bool reads = request.method == "GET";
    if (path[4] == "users") {
        return "environment.users.read";
    }
    if (path[4] == "events") {
        return "environment.events.read";
    }
    if (path[4] == "webhooks") {
        return reads ? "environment.webhooks.read" : "environment.webhooks.write";
    }
    if (path.size() >= 7 && path[6] == "encryptionPublicKeys" && reads) {
        return "environment.settings.read";
    }
    if (path.size() == 8 && path[7] == "signMessage") {
        return "waas.delegatedAccess.signMessage";
    }
    return std::nullopt;  // which one the others need is not documented
}

http::HttpResponse InspectionCalls::answered(InspectionCall call,
                                             const std::function<http::HttpResponse()>& work)
{
    const auto fault = m_faults.takeInspection(call);
    if (!fault) {
        return work();
    }
    if (auto answer = plainInspectionFault(*fault)) {
        return *std::move(answer);
    }
    http::HttpResponse response = work();
    switch (*fault) {
        case InspectionFault::LostAnswer:
            return cutOff();
        case InspectionFault::NotJson:
            response.body = "{\"data\": [";
            return response;
        case InspectionFault::Delay:
            std::this_thread::sleep_for(inspectionDelay);
            return response;
        default:
            return withFaultyList(std::move(response), *fault);
    }
}

http::HttpResponse InspectionCalls::settings()
{
    const auto access = m_sandbox.delegatedAccess();
    return access
               ? http::jsonResponse(200, Json{{"environmentName", "sandbox"},
                                              {"sdk", {{"waas", {{"delegatedAccess", access->toJson()}}}}}})
               : errorResponse(access.error());
}

http::HttpResponse InspectionCalls::user(const std::string& userId)
{
    const auto wallets = m_sandbox.userWallets(userId);
    if (!wallets) {
        return errorResponse(wallets.error());
    }
    return wallets->empty() ? errorResponse(404, "There is no such user.")
                            : http::jsonResponse(200, userJson(userId, *wallets));
}

http::HttpResponse InspectionCalls::event(const std::string& eventId)
{
    const auto message = m_sandbox.event(eventId);
    if (!message) {
        return errorResponse(message.error());
    }
    return *message ? http::jsonResponse(200, eventJson(**message, m_sandbox.identity()))
                    : errorResponse(404, "There is no such event.");
}

http::HttpResponse InspectionCalls::token(const ApiToken& token)
{
    Json json = apiTokenJson(token);
    json["projectEnvironmentId"] = m_sandbox.identity().environmentId;
    json["projectEnvironment"] = {{"id", m_sandbox.identity().environmentId}};
    return http::jsonResponse(200, Json{{"token", std::move(json)}});
}

http::HttpResponse InspectionCalls::encryptionKeys()
{
    const Result<std::vector<EncryptionKey>> keys = m_sandbox.encryptionKeys();
    if (!keys) {
        return errorResponse(keys.error());
    }
    Json answer = Json::object();
    if (!keys->empty()) {
        answer["key"] = encryptionKeyJson(keys->back());
    }
    answer["keys"] = Json::array();
    for (const EncryptionKey& key : *keys) {
        answer["keys"].push_back(encryptionKeyJson(key));
    }
    answer["message"] =
        keys->empty() ? "No encryption key is registered." : "The last key of the list is in use.";
    return http::jsonResponse(200, answer);
}

http::HttpResponse InspectionCalls::webhooks(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    const bool reads = request.method == "GET";
    const Json webhook = webhookJson(m_sandbox.identity(), m_sandbox.webhookUrl(), m_sandbox.webhookState());
    const auto show = [&](const Json& shown) {
        return reads ? answered(InspectionCall::Webhooks, [&] { return http::jsonResponse(200, shown); })
                     : wrongMethod("GET, HEAD");
    };
    if (path.size() == 5) {
        return show(Json::array({webhook}));
    }
    if (path[5] != m_sandbox.identity().webhookId) {
        return errorResponse(404, "There is no such webhook.");
    }
    if (path.size() == 6) {
        return show(webhook);
    }
    if (path[6] == "messages" && path.size() == 9 && path[8] == "redeliver") {
        return request.method == "POST"
                   ? answered(InspectionCall::Redeliver, [&] { return redeliver(path[7]); })
                   : wrongMethod("POST");
    }
    if (path[6] != "messages" || path.size() > 8) {
        return unknownRoute();
    }
    if (!reads) {
        return wrongMethod("GET, HEAD");
    }
    return answered(InspectionCall::Messages,
                    [&] { return path.size() == 7 ? messages(request) : message(path[7]); });
}

http::HttpResponse InspectionCalls::messages(const http::HttpRequest& request)
{
    const std::optional<std::string_view> given = request.target.parameter("cursor");
    const std::optional<std::int64_t> cursor = given ? parseCursor(*given) : std::optional<std::int64_t>(0);
    if (!cursor || request.target.parameterCount("cursor") > 1) {
        return errorResponse(400, "This cursor was not given out by this server.");
    }
    const bool withBodies = m_sandbox.webhookState().logsBodies;
    const Result<MessageStore::Page> page = m_sandbox.messages(*cursor, messagesPerPage, withBodies);
    if (!page) {
        return errorResponse(page.error());
    }
    Json answer = Json::object();
    answer["cursor"] = page->more ? Json(std::to_string(page->cursor)) : Json(nullptr);
    answer["data"] = Json::array();
    for (const Message& message : page->messages) {
        answer["data"].push_back(webhookMessageJson(message, m_sandbox.identity(), withBodies));
    }
    return http::jsonResponse(200, answer);
}

http::HttpResponse InspectionCalls::message(const std::string& messageId)
{
    const auto found = m_sandbox.message(messageId);
    if (!found) {
        return errorResponse(found.error());
    }
    if (!*found) {
        return errorResponse(404, "There is no such message.");
    }
    return http::jsonResponse(200, Json::array({webhookMessageJson(**found, m_sandbox.identity(),
                                                                   m_sandbox.webhookState().logsBodies)}));
}

http::HttpResponse InspectionCalls::redeliver(const std::string& messageId)
{
    const Result<Message> message = m_sandbox.redeliver(messageId);
    return message ? http::jsonResponse(
                         200, Json{{"message", webhookMessageJson(*message, m_sandbox.identity(), false)}})
                   : errorResponse(message.error());
}

std::optional<http::HttpResponse> InspectionCalls::control(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 2 && path[1] == "settings") {
        return controlSettings(request);
    }
    if (path.size() == 2 && path[1] == "webhook") {
        return controlWebhook(request);
    }
    if ((path.size() == 2 || path.size() == 3) && path[1] == "tokens") {
        return controlTokens(request);
    }
    if (path.size() == 2 && path[1] == "messages") {
        if (request.method != "POST") {
            return wrongMethod("POST");
        }
        const auto asked = parseMessagesRequest(request.body);
        const Status added = asked ? m_sandbox.addMessages(*asked) : Status(failure(asked.error()));
        return added ? http::jsonResponse(200, Json{{"count", asked->count}}) : errorResponse(added.error());
    }
    if (path.size() == 3 && path[1] == "wallets") {
        return request.method == "PUT" ? answerJson(m_sandbox.changeWalletSettings(path[2], request.body))
                                       : wrongMethod("PUT");
    }
    if (path.size() == 4 && path[1] == "users" && path[3] == "sign-on") {
        if (request.method != "POST") {
            return wrongMethod("POST");
        }
        const auto ended = m_sandbox.signOn(path[2]);
        return ended ? http::jsonResponse(200, Json{{"ended", *ended}}) : errorResponse(ended.error());
    }
    return std::nullopt;
}

http::HttpResponse InspectionCalls::controlSettings(const http::HttpRequest& request)
{
    if (request.method == "PUT") {
        return answerJson(m_sandbox.changeDelegatedAccess(request.body));
    }
    return request.method == "GET" ? answerJson(m_sandbox.delegatedAccess()) : wrongMethod("GET, HEAD, PUT");
}

http::HttpResponse InspectionCalls::controlWebhook(const http::HttpRequest& request)
{
    if (request.method == "PUT") {
        return answerJson(m_sandbox.changeWebhook(request.body));
    }
    return request.method == "GET" ? http::jsonResponse(200, m_sandbox.webhookState().toJson())
                                   : wrongMethod("GET, HEAD, PUT");
}

http::HttpResponse InspectionCalls::controlTokens(const http::HttpRequest& request)
{
    const auto& path = request.target.segments;
    if (path.size() == 3) {
        if (request.method != "DELETE") {
            return wrongMethod("DELETE");
        }
        const Status removed = m_sandbox.removeToken(path[2]);
        return removed ? http::jsonResponse(200, Json{{"id", path[2]}}) : errorResponse(removed.error());
    }
    if (request.method == "POST") {
        const auto asked = parseTokenRequest(request.body);
        const auto made =
            asked ? m_sandbox.makeToken(*asked) : Result<Sandbox::NewToken>(failure(asked.error()));
        if (!made) {
            return errorResponse(made.error());
        }
        Json json = apiTokenJson(made->token);
        json["token"] = std::string(made->text.text());
        return http::jsonResponse(200, json);
    }
    if (request.method != "GET") {
        return wrongMethod("GET, HEAD, POST");
    }
    const auto tokens = m_sandbox.tokens();
    if (!tokens) {
        return errorResponse(tokens.error());
    }
    Json list = Json::array();
    for (const ApiToken& token : *tokens) {
        list.push_back(apiTokenJson(token));
    }
    return http::jsonResponse(200, list);
}

}  // namespace countersign::sandbox
