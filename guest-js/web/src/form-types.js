// Unit `fnhost:web/form-types`: the media types of files by the end of their names; those that people send. One text, as a
// table of objects would cost every function that has forms.

// A type, then the ends that mean it.
const types =
  "application/x-7z-compressed 7z|audio/x-aac aac|application/postscript ai eps ps|" +
  "application/vnd.android.package-archive apk|application/atom+xml atom|video/x-msvideo avi|image/avif avif|" +
  "application/octet-stream bin|image/bmp bmp|application/x-bzip2 bz2|application/x-bzip bz|application/x-csh csh|" +
  "text/css css|text/csv csv|application/x-debian-package deb|application/x-apple-diskimage dmg|" +
  "application/msword doc dot|application/vnd.ms-word.document.macroenabled.12 docm|" +
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document docx|" +
  "application/vnd.openxmlformats-officedocument.wordprocessingml.template dotx|application/xml-dtd dtd|" +
  "message/rfc822 eml|application/vnd.ms-fontobject eot|application/epub+zip epub|application/x-msdos-program exe|" +
  "audio/x-flac flac|video/x-flv flv|application/geo+json geojson|image/gif gif|model/gltf-binary glb|" +
  "model/gltf+json gltf|application/gpx+xml gpx|application/gzip gz|video/h264 h264|image/heic heic|" +
  "image/heif heif|application/hjson hjson|text/html htm html|image/vnd.microsoft.icon ico|text/calendar ics|" +
  "application/java-archive jar war|image/jp2 jp2|image/jpeg jpe jpeg jpg|application/javascript js mjs|" +
  "application/json json map|application/json5 json5|application/ld+json jsonld|text/jsx jsx|" +
  "application/vnd.apple.keynote key|application/vnd.google-earth.kml+xml kml|application/vnd.google-earth.kmz kmz|" +
  "text/less less|text/plain log text txt|application/vnd.apple.mpegurl m3u8|audio/mp4 m4a|video/x-m4v m4v|" +
  "text/markdown markdown md|application/x-msaccess mdb|text/mdx mdx|audio/midi mid midi|application/node cjs|" +
  "video/x-matroska mkv|application/x-mobipocket-ebook mobi|video/quicktime mov qt|audio/mpeg mp2 mp3 mpga|" +
  "video/mp4 mp4|video/mpeg mpeg mpg|application/dash-patch+xml mpp|application/x-msdownload msi|" +
  "application/vnd.ms-outlook msg|application/vnd.apple.numbers numbers|" +
  "application/vnd.oasis.opendocument.graphics odg|application/vnd.oasis.opendocument.presentation odp|" +
  "application/vnd.oasis.opendocument.spreadsheet ods|application/vnd.oasis.opendocument.text odt|" +
  "audio/ogg oga ogg opus|video/ogg ogv|font/otf otf|application/x-pkcs12 p12 pfx|application/pkcs7-signature p7s|" +
  "application/vnd.apple.pages pages|application/pdf pdf|application/x-x509-ca-cert pem|" +
  "application/pgp-encrypted pgp|application/x-httpd-php php|application/vnd.apple.pkpass pkpass|image/png png|" +
  "application/vnd.ms-powerpoint pot pps ppt|" +
  "application/vnd.openxmlformats-officedocument.presentationml.template potx|" +
  "application/vnd.openxmlformats-officedocument.presentationml.slideshow ppsx|" +
  "application/vnd.ms-powerpoint.presentation.macroenabled.12 pptm|" +
  "application/vnd.openxmlformats-officedocument.presentationml.presentation pptx|image/vnd.adobe.photoshop psd|" +
  "application/x-mspublisher pub|audio/x-pn-realaudio ra|application/vnd.rar rar|application/rdf+xml rdf|" +
  "application/rss+xml rss|application/rtf rtf|text/sgml sgml|application/x-sh sh|application/pgp-signature sig|" +
  "application/x-sql sql|image/svg+xml svg svgz|application/x-shockwave-flash swf|application/x-tar tar|" +
  "application/x-tex tex|image/tiff tif tiff|application/toml toml|application/x-bittorrent torrent|video/mp2t ts|" +
  "text/tab-separated-values tsv|font/collection ttc|font/ttf ttf|text/vcard vcard|text/x-vcard vcf|" +
  "application/vnd.visio vsd|text/vtt vtt|application/wasm wasm|audio/wave wav|audio/webm weba|video/webm webm|" +
  "application/manifest+json webmanifest|image/webp webp|audio/x-ms-wma wma|video/x-ms-wmv wmv|font/woff woff|" +
  "font/woff2 woff2|application/wsdl+xml wsdl|application/xhtml+xml xhtml|application/vnd.ms-excel xla xls xlt|" +
  "application/vnd.ms-excel.sheet.binary.macroenabled.12 xlsb|application/vnd.ms-excel.sheet.macroenabled.12 xlsm|" +
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx|application/xml xml xsd xsl|" +
  "application/vnd.ms-xpsdocument xps|application/xslt+xml xslt|application/vnd.mozilla.xul+xml xul|" +
  "text/yaml yaml yml|application/zip zip";

/** The media type of a file of this name; undefined if there is none. */
export function typeOfFile(name) {
  const end = /(?:^|[./\\])([a-z0-9]+)$/i.exec(`${name}`)?.[1].toLowerCase();
  if (end === undefined) return undefined;
  const place = new RegExp(` ${end}(?: |\\||$)`).exec(types);
  if (place === null) return undefined;
  const start = types.lastIndexOf("|", place.index) + 1;
  return types.slice(start, types.indexOf(" ", start));
}
