#pragma once

#include <QObject>
#include <QTimer>

#include <curl/curl.h>

#include <map>
#include <memory>
#include <vector>

class QSocketNotifier;

namespace countersign {

/// What a TransferLoop tells. It is called from within libcurl, where nothing may be added, removed or
/// destroyed: take note, and act from the event loop.
class Transfer
{
public:
    Transfer() = default;
    virtual ~Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    virtual void noteEnd(CURLcode code) = 0;
};

/// libcurl's multi interface on Qt's event loop. libcurl moves its transfers on when it is told that a socket
/// is ready or a time is up, and Qt's event loop is what knows. Owns the connections, which outlive their
/// transfers for the next one. One thread.
class TransferLoop final : public QObject
{
    Q_DISABLE_COPY_MOVE(TransferLoop)

public:
    TransferLoop();
    ~TransferLoop() override;

    /// handle: with CURLOPT_PRIVATE set to its Transfer. False where libcurl cannot take it.
    bool add(CURL* handle);
    /// Ends the transfer if it has not ended; its connection too then.
    void remove(CURL* handle);

private:
    struct Watch
    {
        std::unique_ptr<QSocketNotifier> read;
        std::unique_ptr<QSocketNotifier> write;
    };

    static int onSocket(CURL* handle, curl_socket_t socket, int what, void* loop, void* ofSocket);
    static int onTimer(CURLM* multi, long milliseconds, void* loop);
    void watch(curl_socket_t socket, int what);
    void moveOn(curl_socket_t socket, int events);
    void tellEnds();

    CURLM* m_multi = nullptr;
    QTimer m_timer;
    std::map<curl_socket_t, Watch> m_watches;
    std::vector<std::unique_ptr<QSocketNotifier>> m_retired;  ///< one of their own signals may have led here
};

/// A handle for one transfer; libcurl is started with the first. What libcurl allocates is wiped when it is
/// freed: requests with their credentials pass through it. Null where memory is short.
CURL* newTransferHandle();

}  // namespace countersign
