#pragma once

#include "core/net/HttpExchange.h"
#include "core/net/HttpFailure.h"
#include "core/net/HttpHeadReader.h"
#include "core/net/Proxy.h"
#include "core/net/TransferLoop.h"

#include <array>

namespace countersign {

/// One HTTP request as a libcurl transfer: the request as libcurl is told it, and what libcurl tells of its
/// answer, which piles up here until it is taken. Internal to core/net; the promises are HttpClient's.
class HttpTransfer final : private Transfer
{
public:
    /// changed: called from within libcurl when there is something to take; must only take note.
    HttpTransfer(std::shared_ptr<TransferLoop> loop, HttpRequest request, std::function<void()> changed);
    HttpTransfer(const HttpTransfer&) = delete;
    HttpTransfer& operator=(const HttpTransfer&) = delete;
    ~HttpTransfer() override;

    /// Once. InvalidInput where the request cannot be sent.
    Status start();
    /// The head, once.
    std::optional<HttpHead> takeHead();
    /// What has come in since.
    QByteArray takeBody();
    /// Nothing as long as it goes on.
    std::optional<Status> end() const;
    /// For what ended from outside.
    Error failureOf(HttpBreak reason) const;

private:
    struct FreeHandle
    {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    struct FreeList
    {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <typename Value>
    void set(CURLoption option, Value value)
    {
        m_isReady = m_isReady && curl_easy_setopt(m_handle.get(), option, value) == CURLE_OK;
    }
    void setUp();
    void setUpTrust();
    void setUpProxy();
    void setUpBody();
    void addHeader(std::string_view name, std::string_view value);
    bool mayBeRepeated() const { return m_request.method == "GET" || m_request.mayBeRepeated; }

    void noteEnd(CURLcode code) override;
    std::size_t noteHeader(std::string_view line);
    std::size_t noteBody(const char* data, std::size_t size);
    void noteUpload(curl_off_t sent);
    Status outcome(CURLcode code) const;
    HttpBreak breakOf(CURLcode code) const;
    HttpBreak breakOfSocks() const;
    /// Whether the way through the proxy was never open.
    bool isBeforeTunnel() const;
    long info(CURLINFO which) const;

    std::shared_ptr<TransferLoop> m_loop;
    HttpRequest m_request;
    std::function<void()> m_changed;
    Proxy m_proxy;
    std::unique_ptr<CURL, FreeHandle> m_handle;
    std::unique_ptr<curl_slist, FreeList> m_headers;
    std::array<char, CURL_ERROR_SIZE> m_words{};  ///< libcurl's own, of an error
    HttpHeadReader m_head;
    QByteArray m_body;
    qint64 m_received = 0;
    curl_off_t m_sent = 0;
    std::optional<HttpBreak> m_break;  ///< we ended it ourselves
    std::optional<Status> m_end;
    bool m_isReady = true;
    bool m_isAdded = false;
    bool m_isHeadTaken = false;
};

}  // namespace countersign
