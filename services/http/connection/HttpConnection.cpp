#include "services/http/connection/HttpConnection.h"

#include "services/http/connection/AnswerBudget.h"
#include "services/http/connection/RequestReader.h"
#include "services/http/connection/ResponseWriter.h"
#include "services/http/websocket/WebSocketConnection.h"

#include <QLoggingCategory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace countersign::http {

namespace {

using asio::ip::tcp;

Q_LOGGING_CATEGORY(logHttp, "countersign.http")

/// Answers up to here are so small that no number of connections makes them many bytes.
constexpr std::size_t unheldBytes = 16 * 1024;

HttpResponse upgradeRequired()
{
    HttpResponse response = problemResponse(426, "Only a WebSocket is spoken here.");
    response.headers.set("upgrade", "websocket");
    return response;
}

template <typename Stream>
class ConnectionOf final : public HttpConnection, public std::enable_shared_from_this<ConnectionOf<Stream>>
{
public:
    template <typename... Arguments>
    ConnectionOf(std::shared_ptr<HttpServer::Core> core, std::shared_ptr<asio::ssl::context> tls,
                 Arguments&&... arguments)
        : m_core(core),
          m_wire(std::move(core), std::move(tls), std::forward<Arguments>(arguments)...),
          m_reader(m_wire),
          m_clientWatch(m_wire.stream(), m_wire.socket(), m_reader.readAhead()),
          m_writer(m_wire, m_clientWatch),
          m_talk(m_wire)
    {}

    ConnectionOf(const ConnectionOf&) = delete;
    ConnectionOf& operator=(const ConnectionOf&) = delete;
    ~ConnectionOf() override { m_core->leave(this); }

    void start() override
    {
        m_wire.setOwner(this->weak_from_this());
        asio::co_spawn(
            m_wire.executor(), [self = this->shared_from_this()] { return self->run(); }, asio::detached);
    }

    void stopWhenIdle() override
    {
        asio::post(m_wire.executor(), [self = this->shared_from_this()] {
            self->m_wire.beginStop();
            if (self->m_reader.isIdle()) {
                self->m_wire.close();
            }
        });
    }

    void abort() override
    {
        asio::post(m_wire.executor(), [self = this->shared_from_this()] {
            self->m_wire.beginStop();
            self->m_wire.close();
        });
    }

    void giveWay() override
    {
        asio::post(m_wire.executor(), [self = this->shared_from_this()] {
            self->m_wire.beginStop();
            if (self->place()->isWaiting()) {
                self->m_wire.close();
            }
        });
    }

private:
    using Reader = RequestReader<Stream>;
    using Form = typename ResponseWriter<Stream>::Form;
    enum class Next { Continue, Close };

    asio::awaitable<void> run()
    {
        const auto self = this->shared_from_this();
        try {
            m_reader.rememberPeer();
            const bool ready = co_await m_wire.handshake();
            Next next = ready ? Next::Continue : Next::Close;
            while (next == Next::Continue && !m_wire.isStopping()) {
                next = co_await serveOne();
            }
        } catch (const std::exception& exception) {
            qCWarning(logHttp, "A connection failed: %s", exception.what());
        }
        // An armed deadline would keep the connection, and its place among the others, for good.
        m_wire.disarm();
        m_wire.close();
    }

    /// One request and its answer.
    asio::awaitable<Next> serveOne()
    {
        typename Reader::Reading reading = co_await m_reader.read();
        if (reading.refusal) {
            co_await refuse(*std::move(reading.refusal));
        }
        if (!reading.request) {
            co_return Next::Close;
        }
        this->place()->serve();
        const Next next = co_await serveRequest(std::move(reading.request->head), reading.request->message);
        this->place()->wait();
        co_return next;
    }

    /// The request is complete and nothing of the answer is written yet: here an answer becomes bytes, a
    /// stream or a WebSocket.
    asio::awaitable<Next> serveRequest(RequestHead head, const typename Reader::Message& message)
    {
        const bool asksForWebSocket = head.request.asksForWebSocket;
        const std::string client = head.request.clientAddress;
        HttpResponse response = co_await answerWithin(std::move(head.request));
        holdAnswer(response, client);
        if (response.webSocket && asksForWebSocket && !m_reader.hasReadAhead()) {
            co_await m_talk.serve(message, std::move(response.webSocket));
            co_return Next::Close;
        }
        if (response.webSocket) {
            response = upgradeRequired();
        }
        const bool keepAlive = message.keep_alive() && !m_wire.isStopping() && !response.closeConnection;
        const Form form{message.version(), keepAlive, head.isHead};
        bool written = false;
        if (response.stream) {
            written = co_await m_writer.writeStream(std::move(response), form);
        } else {
            written = co_await m_writer.write(std::move(response), form);
        }
        if (!written) {
            co_return Next::Close;
        }
        if (!keepAlive) {
            this->place()->wait();
            co_await m_wire.linger();
            co_return Next::Close;
        }
        co_return Next::Continue;
    }

    /// The connections of a proxy are not counted by client, so its requests are.
    asio::awaitable<HttpResponse> answerWithin(HttpRequest request)
    {
        const bool counted = m_reader.peerIsProxy();
        const std::string client = counted ? addressKey(request.clientAddress) : std::string();
        if (counted && !m_core->beginRequest(client)) {
            HttpResponse refused = problemResponse(429, "Too many requests at once from this address.");
            refused.headers.set("retry-after", "5");
            co_return refused;
        }
        HttpResponse response = co_await ask(std::move(request));
        if (counted) {
            m_core->endRequest(client);
        }
        co_return response;
    }

    /// What a client does not read stays in memory: a large answer that has no share of the budget yet gets
    /// one, or is not given.
    void holdAnswer(HttpResponse& response, const std::string& client)
    {
        if (response.share || response.body.size() <= unheldBytes) {
            return;
        }
        std::shared_ptr<AnswerShare> share =
            m_core->answers()->tryReserve(addressKey(client), response.body.size());
        if (!share) {
            m_core->answersRefused.fetch_add(1, std::memory_order_relaxed);
            response = problemResponse(503, "Too many large answers wait for their readers.");
            response.headers.set("retry-after", "1");
        }
        response.share = std::move(share);
    }

    asio::awaitable<HttpResponse> ask(HttpRequest request)
    {
        request.whenClientLeaves = [self = this->weak_from_this()](std::function<void()> gone) {
            if (const auto connection = self.lock()) {
                connection->m_clientWatch.start(connection, std::move(gone));
            }
        };
        HttpResponse response;
        try {
            response = co_await m_core->handler()(std::move(request));
        } catch (const std::exception& exception) {
            qCWarning(logHttp, "A handler failed: %s", exception.what());
            response = problemResponse(500, "The service failed on this request.");
        }
        if (m_clientWatch.isPending()) {
            co_await m_clientWatch.stop();
        }
        co_return response;
    }

    asio::awaitable<void> refuse(HttpResponse response)
    {
        Form form;
        form.isRefusal = true;
        const bool written = co_await m_writer.write(std::move(response), form);
        if (written) {
            co_await m_wire.linger();
        }
    }

    std::shared_ptr<HttpServer::Core> m_core;
    ConnectionWire<Stream> m_wire;
    Reader m_reader;
    ClientWatch<Stream> m_clientWatch;
    ResponseWriter<Stream> m_writer;
    WebSocketConnection<Stream> m_talk;
};

}  // namespace

std::shared_ptr<HttpConnection> HttpConnection::create(std::shared_ptr<HttpServer::Core> core,
                                                       tcp::socket socket,
                                                       std::shared_ptr<asio::ssl::context> tls)
{
    if (tls) {
        auto& context = *tls;
        return std::make_shared<ConnectionOf<asio::ssl::stream<tcp::socket>>>(std::move(core), std::move(tls),
                                                                              std::move(socket), context);
    }
    return std::make_shared<ConnectionOf<tcp::socket>>(std::move(core), nullptr, std::move(socket));
}

}  // namespace countersign::http
