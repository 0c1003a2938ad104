#pragma once

#include <QImage>
#include <QWidget>

namespace countersign {

/// A text as a QR code (ISO/IEC 18004, error correction M), one pixel a module, black on white, with the
/// quiet zone of four modules that the standard asks for. Null when it is empty or too long for any version
/// (2,331 bytes).
QImage qrCodeOf(const QString& text);

/// A widget that shows a QR code: a hash is compared with another device, and cameras skip no digit. The code
/// is black on white in both themes, as scanners want it, drawn in whole pixels, and says what it shows.
class QrCode : public QWidget
{
    Q_OBJECT

public:
    explicit QrCode(QWidget* parent = nullptr);
    /// name: what the text is, for people who cannot see the code.
    void show(const QString& name, const QString& text);
    const QString& text() const { return m_text; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    QImage m_code;
};

}  // namespace countersign
